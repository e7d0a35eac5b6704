import { expect } from "chai";
import fc from "fast-check";
import type { CallerScript } from "../../../lab/sipp/caller.ts";
import { type CalleeBehaviour, calleeBehaviours, realNumberOf } from "../../../lab/simulated/index.ts";
import { asteriskLineOf } from "../../../src/callLog/rules/asteriskLine.ts";
import { merged } from "../../../src/callLog/rules/merge.ts";
import { recordOfLine } from "../../../src/callLog/rules/recordOfLine.ts";
import type { CallRecord } from "../../../src/values/callRecord.ts";
import { SimulatedSystem, strategies, type Strategy } from "../../support/simulatedCalls.ts";

const caller: fc.Arbitrary<CallerScript> = fc.oneof(
  fc.record({ kind: fc.constant("talks" as const), talkMs: fc.integer({ min: 0, max: 3_000 }) }),
  fc.constant({ kind: "waits" as const }),
  fc.constant({ kind: "cancelsAnswered" as const }),
  fc.record({
    kind: fc.constant("cancels" as const),
    after: fc.constantFrom(100 as const, 180 as const, 183 as const),
    afterMs: fc.integer({ min: 0, max: 800 }),
  }),
);

interface PlacedCall {
  readonly callee: CalleeBehaviour;
  readonly caller: CallerScript;
  readonly startMs: number;
}

const placedCalls: fc.Arbitrary<PlacedCall[]> = fc.array(
  fc.record({
    callee: fc.constantFrom(...calleeBehaviours),
    caller,
    startMs: fc.integer({ min: 0, max: 4_000 }),
  }),
  { minLength: 1, maxLength: 6 },
);

const trouble = fc.record({
  atMs: fc.integer({ min: 0, max: 6_000 }),
  kind: fc.constantFrom("dropSockets", "halfOpen", "restartController", "killAsterisk"),
});

const timing = fc.record({
  threadMs: fc.constantFrom(0, [0, 20] as [number, number]),
  responseMs: fc.constantFrom(0, [0, 30] as [number, number]),
  eventMs: fc.constantFrom(0, [0, 30] as [number, number]),
  sipMs: fc.constantFrom(0, [1, 40] as [number, number]),
});

const rates = fc.record({
  drop: fc.constantFrom(0, 0.02),
  duplicate: fc.constantFrom(0, 0.05),
  malformed: fc.constantFrom(0, 0.02),
  hold: fc.constantFrom(0, 0.1),
  delay: fc.constantFrom(0, 0.1),
});

const maxLengthMs = 60_000;
/** `npm run test:unit`, which is meant to be quick, sets fewer. */
const numRuns = Number(process.env["FAULT_RUNS"] ?? 150);

/** Runs the calls with what befalls them and returns the system once everything is quiet. */
async function run(
  connect: Strategy,
  seed: number,
  calls: readonly PlacedCall[],
  options: { timing?: object; rates?: object; troubles?: readonly { atMs: number; kind: string }[] },
): Promise<{ system: SimulatedSystem; ids: string[] }> {
  const system = new SimulatedSystem({
    connect,
    asterisk: { seed, timing: options.timing ?? {} },
    policy: { maxLengthMs },
  });
  await system.ready();
  const { faults } = system.asterisk;
  if (options.rates) faults.byChance(options.rates);

  const ids: string[] = [];
  const steps: { readonly atMs: number; readonly act: () => Promise<void> | void }[] = [
    ...calls.map((call, index) => ({
      atMs: call.startMs,
      act: () => {
        ids.push(system.call(realNumberOf(call.callee, index), call.caller).id);
      },
    })),
    ...(options.troubles ?? []).map(({ atMs, kind }) => ({
      atMs,
      act: async () => {
        if (kind === "dropSockets") system.asterisk.dropSockets();
        if (kind === "halfOpen") system.asterisk.halfOpen();
        if (kind === "killAsterisk") system.asterisk.kill(500);
        if (kind === "restartController") await system.replaceController(300);
      },
    })),
  ].sort((one, other) => one.atMs - other.atMs);
  let nowMs = 0;
  for (const step of steps) {
    await system.clock.advance(Math.max(0, step.atMs - nowMs));
    nowMs = Math.max(nowMs, step.atMs);
    await step.act();
  }

  // The trouble ends; one more loss of the connection makes the controller look at everything again, as the
  // first of whatever happens next would.
  await system.clock.advance(8_000);
  faults.clear();
  system.asterisk.dropSockets();
  await system.clock.advance(30_000);
  await system.ready();
  await system.clock.advance(maxLengthMs + 60_000);
  return { system, ids };
}

function nothingIsLeft({ system }: { system: SimulatedSystem }): void {
  expect(system.asterisk.channels.map(({ id }) => id)).to.deep.equal([]);
  expect(system.asterisk.bridges.map(({ id }) => id)).to.deep.equal([]);
  expect([...system.controller.liveCalls()].map(({ callId, state }) => `${callId} ${state}`)).to.deep.equal(
    [],
  );
  expect(system.thrown).to.deep.equal([]);
}

/** Whatever becomes of the controller, a caller connected to a callee who stays is never hung up on. */
function nobodyIsCutOff({ system }: { system: SimulatedSystem }, calls: readonly PlacedCall[]): void {
  const stays = new Set(
    calls.flatMap(({ callee, caller: { kind } }, index) =>
      (callee === "answers" || callee === "answersWithoutRinging") &&
      (kind === "talks" || kind === "cancelsAnswered")
        ? [realNumberOf(callee, index)]
        : [],
    ),
  );
  for (const call of system.asterisk.calls)
    if (call.legs.some(({ number }) => stays.has(number)))
      expect(call.callerGotBye, `${call.id} was cut off`).to.equal(false);
}

/** The call's row: what the controller and Asterisk's line say of it, merged as in the database. */
function rowOf(system: SimulatedSystem, callId: string): CallRecord | null {
  const told = system.lines.flatMap((text) => {
    const line = asteriskLineOf(text);
    return line?.kind === "end" && line.call.callId === callId ? [recordOfLine(line.call)] : [];
  });
  const [first, ...others] = [...system.callLog.recordsOf(callId), ...told];
  return first === undefined ? null : others.reduce(merged, first);
}

/**
 * A call has a record of the controller that saw it, or a line of Asterisk, which becomes one. Only a call that no
 * controller saw and that ends with Asterisk itself has neither.
 */
function oneRecordEach(
  connect: Strategy,
  { system, ids }: { system: SimulatedSystem; ids: readonly string[] },
  asteriskDies = false,
): void {
  for (const id of ids) {
    const records = system.callLog.recordsOf(id);
    expect(records.length, `records of ${id}`).to.be.at.most(1);
    // Asterisk's line says little about a call whose legs the controller held.
    if (connect === "bridge" && system.states.of(id).length > 0)
      expect(records, `record of ${id}`).to.have.length(1);
    if (!asteriskDies) expect(system.hasLine(id, "end"), `line of ${id}`).to.equal(true);
    else if (system.states.of(id).length > 0)
      expect(
        records.length === 1 || system.hasLine(id, "end") || system.hasLine(id, "begin"),
        `record or line of ${id}`,
      ).to.equal(true);
  }
}

for (const connect of strategies)
  describe(`Faults between controller and Asterisk, CONNECT=${connect}`, function () {
    this.timeout(120_000);

    it("without faults, every call has one correct record and nothing remains", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), placedCalls, timing, async (seed, calls, delays) => {
          const result = await run(connect, seed, calls, { timing: delays });
          nothingIsLeft(result);
          oneRecordEach(connect, result);
          for (const call of result.system.asterisk.calls) {
            const row = rowOf(result.system, call.id);
            expect(row?.status === "answered", call.id).to.equal(call.callerSaw.includes(200));
          }
        }),
        { numRuns },
      );
    });

    it("lost, late, duplicated, or truncated messages leave no leg and no second record", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), placedCalls, timing, rates, async (seed, calls, delays, chances) => {
          const result = await run(connect, seed, calls, { timing: delays, rates: chances });
          nothingIsLeft(result);
          oneRecordEach(connect, result);
        }),
        { numRuns },
      );
    });

    it("lost sockets, silent peers, a new controller, or a new Asterisk leave no leg and no second record", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          placedCalls,
          timing,
          fc.array(trouble, { minLength: 1, maxLength: 4 }),
          async (seed, calls, delays, troubles) => {
            const result = await run(connect, seed, calls, { timing: delays, troubles });
            nothingIsLeft(result);
            const asteriskDies = troubles.some(({ kind }) => kind === "killAsterisk");
            oneRecordEach(connect, result, asteriskDies);
            if (!asteriskDies) nobodyIsCutOff(result, calls);
          },
        ),
        { numRuns },
      );
    });
  });
