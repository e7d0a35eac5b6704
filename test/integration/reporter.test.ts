import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MochaRun, runMocha } from "../support/mochaRun.ts";
import {
  brokenRun,
  failedFiles,
  type RunOutcome,
  totalOf,
  withSecondAttempt,
} from "../support/runOutcome.ts";

describe("The report of a test run", function suite() {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-report-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (
    name: string,
    text: string,
    environment: Record<string, string> = {},
    graceMs = 100,
  ): Promise<MochaRun> => {
    const file = join(folder, `${name}.test.mjs`);
    writeFileSync(file, text);
    return runMocha(["--reporter-option", `graceMs=${graceMs}`, file], {
      TRACE_LEFTOVERS: "",
      ...environment,
    });
  };

  const passing = `it("passes", () => undefined);`;
  const failing = `it("fails", () => { throw new Error("planted"); });`;
  const timer = `it("leaves a timer", () => { setTimeout(() => undefined, 600_000); });`;
  const server = `
    import { createServer } from "node:net";
    it("leaves a server", (done) => { createServer().listen(0, "127.0.0.1", done); });`;

  it("succeeds when nothing stays open", async () => {
    // However long the process takes to end.
    const ended = await run("clean", passing, {}, 30_000);
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

  it("counts by file, and a second attempt replaces only what it has run", async () => {
    const outcomeOf = async (name: string, text: string): Promise<RunOutcome> => {
      const result = join(folder, `${name}.json`);
      await run(name, text, { TEST_RESULT_FILE: result });
      return JSON.parse(readFileSync(result, "utf8")) as RunOutcome;
    };
    const hook = `before("hook", () => { throw new Error("planted"); });`;
    const clean = await outcomeOf("clean", passing);
    const first = await outcomeOf("second", `describe("suite", () => { ${hook}${passing} });`);
    const file = join(folder, "second.test.mjs");
    expect(failedFiles(clean)).to.deep.equal([]);
    expect(failedFiles(first)).to.deep.equal([file]);
    expect(first.failures[0]?.text).to.match(/hook.*: planted/u);

    const both = { ...first, files: { ...first.files, ...clean.files } };
    const passed = withSecondAttempt(both, await outcomeOf("second", `${passing}it.skip("skipped");`));
    expect(totalOf([passed])).to.deep.equal({ passed: 2, failed: 0, skipped: 1 });
    const failed = withSecondAttempt(both, await outcomeOf("second", `${passing}${failing}`));
    expect(totalOf([failed])).to.deep.equal({ passed: 2, failed: 1, skipped: 0 });
    expect(failed.failures.map((failure) => failure.file)).to.deep.equal([file]);

    expect(failedFiles(brokenRun("killed"))).to.equal(null);
    expect(totalOf([clean, brokenRun("killed")])).to.deep.equal({ passed: 1, failed: 1, skipped: 0 });
  });
});
