import fc from "fast-check";
import { type CallRecord, callEnders, callStatuses, statusReasons } from "../../src/values/callRecord.ts";
import { callRecord } from "./callRecords.ts";

const startMs = 1_763_873_000_000;
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });
const seconds = fc.integer({ min: 0, max: 9_000 });
const digits = fc.stringMatching(/^7\d{10}$/);
const timeline = fc.constantFrom<NonNullable<CallRecord["timeline"]>[]>(
  [[0, "arrived", "lookingUp"]],
  [[5, "adopted", "talking"]],
);

/** Everything that two accounts of one call may say differently, or not at all. */
const account = fc.record({
  proxyNumber: fc.constantFrom("70001000001", "70001000002"),
  realNumber: some(digits),
  shownNumber: some(digits),
  callerId: fc.constantFrom("", "79005556677", "79005556678"),
  startedAtMs: fc.integer({ min: startMs, max: startMs + 2_000_000 }),
  answeredAtMs: some(fc.integer({ min: startMs, max: startMs + 2_000_000 })),
  endedAtMs: fc.oneof(
    fc.integer({ min: startMs, max: startMs + 3_000_000 }),
    fc.integer({ min: startMs, max: startMs + 2 }),
  ),
  ringSeconds: some(seconds),
  talkSeconds: seconds,
  status: fc.constantFrom(...callStatuses),
  statusReason: some(fc.constantFrom(...statusReasons)),
  endedBy: some(fc.constantFrom(...callEnders)),
  sipCode: some(fc.integer({ min: 200, max: 699 })),
  cause: some(fc.integer({ min: 0, max: 127 })),
  inboundTrunk: fc.constantFrom("", "trunk-in", "trunk-in-2"),
  outboundTrunk: some(fc.constantFrom("trunk-out", "trunk-out-2")),
  asterisk: fc.constantFrom("", "asterisk-1", "asterisk-2"),
});

/** Only a controller hands calls back. */
const guess = account
  .filter(({ status }) => status !== "handed_back")
  .map((said): Partial<CallRecord> => ({ ...said, source: 0, node: "" }));
const controller = fc
  .tuple(account, some(timeline), fc.boolean())
  .map(([said, steps, handedBack]): Partial<CallRecord> => ({
    ...said,
    ...(handedBack ? { source: 0, status: "handed_back" } : { source: 1 }),
    timeline: steps,
    node: "node-1",
  }));
const line = account.map((said): Partial<CallRecord> => ({ ...said, source: 2, node: "" }));

/** The accounts of one call: at most one controller's and one line, and any number of guesses, ended at other times. */
const accounts = fc
  .tuple(
    fc.uniqueArray(guess, { maxLength: 2, selector: ({ endedAtMs }) => endedAtMs }),
    some(controller),
    some(line),
  )
  .map(([guesses, seen, written]) =>
    [...guesses, seen, written].flatMap((said) => (said === null ? [] : [callRecord("1.1", said)])),
  )
  .filter((all) => all.length > 0);

/** A step: some accounts, merged in memory one by one, then written to the row. */
export type Delivery = readonly (readonly CallRecord[])[];

/** Two deliveries of the same accounts: in any order, repeated, and split into steps. */
export const twoDeliveries: fc.Arbitrary<readonly [Delivery, Delivery]> = accounts.chain((all) => {
  const delivery = fc
    .tuple(
      fc.array(fc.constantFrom(...all), { maxLength: 4 }),
      fc.array(fc.nat(), { minLength: all.length + 4, maxLength: all.length + 4 }),
      fc.array(fc.boolean(), { minLength: all.length + 4, maxLength: all.length + 4 }),
    )
    .map(([again, order, splits]): Delivery => {
      const steps: CallRecord[][] = [[]];
      const shuffled = [...all, ...again]
        .map((record, index) => ({ record, place: order[index] ?? 0 }))
        .toSorted((one, other) => one.place - other.place);
      for (const [index, { record }] of shuffled.entries()) {
        if (splits[index] === true && steps.at(-1)?.length !== 0) steps.push([]);
        steps.at(-1)?.push(record);
      }
      return steps;
    });
  return fc.tuple(delivery, delivery);
});
