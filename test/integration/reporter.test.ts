import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MochaRun, runMocha } from "../support/mochaRun.ts";

describe("The report of a test run", function suite() {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-report-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (name: string, text: string, environment: Record<string, string> = {}): Promise<MochaRun> => {
    const file = join(folder, `${name}.test.mjs`);
    writeFileSync(file, text);
    return runMocha(["--reporter-option", "graceMs=100", file], { TRACE_LEFTOVERS: "", ...environment });
  };

  const passing = `it("passes", () => undefined);`;
  const failing = `it("fails", () => { throw new Error("planted"); });`;
  const timer = `it("leaves a timer", () => { setTimeout(() => undefined, 600_000); });`;
  const server = `
    import { createServer } from "node:net";
    it("leaves a server", (done) => { createServer().listen(0, "127.0.0.1", done); });`;

  it("succeeds when nothing stays open", async () => {
    const ended = await run("clean", passing);
    expect(ended.status, ended.output).to.equal(0);
    expect(ended.output)
      .to.match(/1 passed, 0 failed\s*$/)
      .and.not.include("keep the process alive");
  });

  for (const [kind, text, resource] of [
    ["timer", timer, "Timeout"],
    ["server", server, "TCPServerWrap"],
  ] as const)
    it(`fails when a passing test leaves a ${kind} open, and names it`, async () => {
      const ended = await run(kind, text);
      expect(ended.status, ended.output).to.equal(1);
      expect(ended.output).to.include("1 passed, 0 failed");
      expect(ended.output.split("\n")).to.include(resource);
    });

  it("names the line that left it open when asked to", async () => {
    const ended = await run("traced", timer, { TRACE_LEFTOVERS: "1" });
    expect(ended.status, ended.output).to.equal(1);
    expect(ended.output).to.match(/Timeout\n +at .*traced\.test\.mjs:1:/);
  });

  it("keeps the number of failed tests as the exit code", async () => {
    const ended = await run("failing", `${failing}${failing}${timer}`);
    expect(ended.status, ended.output).to.equal(2);
    expect(ended.output).to.include("keep the process alive");
  });
});
