import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withScratch } from "../../../src/commands/scratch.ts";

const module = fileURLToPath(new URL("../../../src/commands/scratch.ts", import.meta.url));

describe("The private folder of a backup or a restore", () => {
  let parent: string;
  beforeEach(() => (parent = mkdtempSync(join(tmpdir(), "phone-proxy-scratch-"))));
  afterEach(() => rmSync(parent, { recursive: true }));

  it("is gone after a failure, and so is one that a power failure left", async () => {
    const nowMs = Date.UTC(2026, 10, 28);
    const [old, young, other] = [".making-old", ".making-young", "backup"].map((name) => join(parent, name));
    for (const [one = "", hours] of [
      [old, 13],
      [young, 11],
      [other, 13],
    ] as const) {
      mkdirSync(one);
      utimesSync(one, nowMs / 1000, nowMs / 1000 - hours * 3600);
    }
    const failure = await withScratch({ parent, prefix: ".making-", nowMs }, (folder) => {
      expect(existsSync(folder)).to.equal(true);
      return Promise.reject(new Error(folder));
    }).catch((error: unknown) => (error instanceof Error ? error.message : ""));
    expect(failure).to.include(parent);
    expect(readdirSync(parent).toSorted()).to.deep.equal([".making-young", "backup"]);
  });

  for (const [signal, status] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    it(`is gone after ${signal}`, async () => {
      const script = `
      import { withScratch } from ${JSON.stringify(module)};
      await withScratch({ parent: ${JSON.stringify(parent)}, prefix: ".making-", nowMs: 0 }, (folder) => {
        console.log(folder);
        return new Promise(() => setInterval(() => undefined, 1000));
      });`;
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [folder]: unknown[] = await once(child.stdout, "data");
      expect(existsSync(String(folder).trim())).to.equal(true);
      child.kill(signal);
      const [code]: unknown[] = await once(child, "exit");
      expect(code).to.equal(status);
      expect(readdirSync(parent)).to.deep.equal([]);
    });
});
