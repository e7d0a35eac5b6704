import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MochaRun, runMocha } from "../support/mochaRun.ts";

/** One file for each way in which suites require the lab. */
const labSuites = [
  "test/calls/ari.test.ts",
  "test/calls/inDialog.test.ts",
  "test/integration/bus/bus.test.ts",
];
const browserSuite = "test/browser/signIn.test.ts";

describe("A test run on a machine without the lab", function suite() {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-no-lab-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** With an empty PATH, neither the lab nor a browser can be installed. */
  const run = (files: readonly string[], environment: Record<string, string>): Promise<MochaRun> =>
    runMocha(files, {
      REQUIRE_LAB: "",
      PHONE_PROXY_LAB_DIR: folder,
      CHROMIUM: join(folder, "chromium"),
      PATH: "/nowhere",
      ...environment,
    });
  const closingLine = ({ output }: MochaRun): string => output.trimEnd().split("\n").at(-1) ?? "";
  const count = ({ output }: MochaRun, pattern: RegExp): number => output.match(pattern)?.length ?? 0;

  it("skips the suites that need it, gives the reason for each, and counts them", async () => {
    const ended = await run(labSuites, {});
    expect(count(ended, /skipped: The lab .+\./g), ended.output).to.equal(labSuites.length);
    expect(closingLine(ended)).to.match(/^0 passed, 0 failed, \d+ skipped$/);
    expect(ended.status).to.equal(0);
  });

  it("fails with REQUIRE_LAB=1, and names what is missing", async () => {
    const ended = await run(labSuites, { REQUIRE_LAB: "1" });
    expect(
      count(ended, /Error: REQUIRE_LAB=1, so nothing may be skipped: The lab .+\./g),
      ended.output,
    ).to.equal(labSuites.length);
    expect(closingLine(ended)).to.equal(`0 passed, ${labSuites.length} failed`);
    expect(ended.status).to.not.equal(0);
  });

  it("treats a missing Chromium the same way", async () => {
    const skipped = await run([browserSuite], {});
    expect(skipped.output).to.match(/skipped: there is no Chromium at .+; .+\. Install it/);
    expect(skipped.status).to.equal(0);
    const failed = await run([browserSuite], { REQUIRE_LAB: "1" });
    expect(failed.output).to.match(
      /REQUIRE_LAB=1, so nothing may be skipped: there is no Chromium at .+; .+\./,
    );
    expect(failed.status).to.not.equal(0);
  });
});
