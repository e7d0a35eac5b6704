import { expect } from "chai";
import { startApplicationProcess } from "../../../lab/demo/application.ts";
import { Cleanups, pause, unlessAborted } from "../../../lab/demo/cleanups.ts";
import { type CallEvidence, problemsOf } from "../../../lab/demo/judge.ts";
import { DemoUsageError, readOptions } from "../../../lab/demo/options.ts";
import { type DemoScenario, demoScenarios } from "../../../lab/demo/scenarios.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scenario = (name: string): DemoScenario => {
  const found = demoScenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No scenario ${name}`);
  return found;
};

describe("The demo's verdict", () => {
  const answered = scenario("answered");
  const realNumber = answered.realNumber ?? "";
  const record = { status: "answered", realNumber, durationSeconds: 2 } as const;
  const right: CallEvidence = { sip: 200, calledNumbers: [realNumber], leaks: 0, records: [record] };

  it("accepts a call that went as its scenario says", () => {
    expect(problemsOf(answered, right)).to.deep.equal([]);
  });

  const wrong: Record<string, [Partial<CallEvidence>, string]> = {
    "another SIP code": [{ sip: 486 }, "the caller got 486 instead of 200"],
    "no SIP code": [{ sip: null }, "the caller got no answer instead of 200"],
    "no called number": [{ calledNumbers: [] }, "the real number was not called"],
    "another called number": [
      { calledNumbers: ["79001112233"] },
      "the outbound trunk was asked to call 79001112233",
    ],
    "a revealed number": [{ leaks: 1 }, "1 SIP messages revealed a party's number to the other one"],
    "no record": [{ records: [] }, "the call has no record"],
    "two records": [{ records: [record, record] }, "the call has 2 records"],
    "no database": [{ records: null }, "the record could not be read, because the database is unavailable"],
    "another status": [
      { records: [{ ...record, status: "busy", durationSeconds: 0 }] },
      "the record says busy instead of answered",
    ],
    "an answered call without length": [
      { records: [{ ...record, durationSeconds: 0 }] },
      "the record says 0 s",
    ],
    "another real number": [
      { records: [{ ...record, realNumber: null }] },
      "the record has another real number",
    ],
  };
  for (const [words, [different, problem]] of Object.entries(wrong))
    it(`notices ${words}`, () => {
      expect(problemsOf(answered, { ...right, ...different })).to.deep.equal([problem]);
    });

  it("notices a leg where there must be none", () => {
    const evidence: CallEvidence = {
      sip: 404,
      calledNumbers: ["79001112233"],
      leaks: 0,
      records: [{ status: "unknown_number", realNumber: null, durationSeconds: 0 }],
    };
    expect(problemsOf(scenario("unknown number"), evidence)).to.deep.equal([
      "the outbound trunk was asked to call 79001112233",
    ]);
  });
});

describe("The demo's options", () => {
  it("default to one round for programs", () => {
    expect(readOptions(["--json"])).to.include({ json: true, once: true, simulated: false });
    expect(readOptions([])).to.include({ json: false, once: false });
  });

  it("change the expectation of one scenario and keep the others", () => {
    const { scenarios } = readOptions(["--expect", "no answer=busy"]);
    expect(scenarios.map(({ status }) => status)).to.deep.equal([
      "answered",
      "busy",
      "busy",
      "unknown_number",
      "cancelled",
    ]);
  });

  for (const args of [["--twice"], ["--expect", "nobody=busy"], ["--expect", "busy=asleep"], ["once"]])
    it(`reject ${args.join(" ")} and list the valid ones`, () => {
      expect(() => readOptions(args)).to.throw(DemoUsageError, "--simulated");
    });
});

describe("The end of the demo", function suite() {
  this.timeout(60_000);

  it("undoes the latest step first, and the rest even if one fails", async () => {
    const done: string[] = [];
    const errors: unknown[] = [];
    const cleanups = new Cleanups();
    cleanups.add(async () => done.push("first"));
    cleanups.add(() => Promise.reject(new Error("stuck")));
    cleanups.add(async () => done.push("last"));
    await cleanups.run((error) => errors.push(error));
    await cleanups.run((error) => errors.push(error));
    expect(done).to.deep.equal(["last", "first"]);
    expect(errors.map(String)).to.deep.equal(["Error: stuck"]);
  });

  it("interrupts whatever is being awaited", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const waiting = [
      pause(60_000, stop.signal),
      unlessAborted(new Promise<void>(() => undefined), stop.signal),
    ];
    stop.abort(reason);
    waiting.push(pause(60_000, stop.signal));
    for (const wait of waiting) expect(await wait.catch((error: unknown) => error)).to.equal(reason);
  });

  it("reports the reason if the application exits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phone-proxy-demo-"));
    const crashed = new Promise<Error>((resolve, reject) => {
      startApplicationProcess({ folder, settings: { RING_TIMEOUT_SECONDS: "soon" }, onCrash: resolve }).catch(
        reject,
      );
    });
    const { message } = await crashed;
    expect(message)
      .to.include("The application ended with exit status 2")
      .and.include("RING_TIMEOUT_SECONDS is not a whole number");
    rmSync(folder, { recursive: true });
  });
});
