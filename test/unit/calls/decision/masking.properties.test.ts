import { expect } from "chai";
import fc from "fast-check";
import { decide } from "../../../../src/calls/decision/decide.ts";
import type { OutboundTrunk } from "../../../../src/calls/decision/policy.ts";
import { shownNumber } from "../../../../src/calls/decision/shown.ts";
import { createCallLookup } from "../../../../src/calls/lookUp.ts";
import type { CallerIdPolicy, Lookup, Mapping } from "../../../../src/values/mapping.ts";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import { aMapping, number, startedAtMs } from "../../../support/calls.ts";

// Few numbers, so that people meet each other, and call themselves.
const realNumbers = ["79000000001", "79000000002", "79000000003"].map(number);
const proxyNumbers = ["79580000001", "79580000002", "79580000003"].map(number);
const anyNumber = fc.constantFrom(...realNumbers, ...proxyNumbers);

const policy: fc.Arbitrary<CallerIdPolicy> = fc.oneof(
  fc.constantFrom<CallerIdPolicy>(
    { kind: "proxy" },
    { kind: "dialled" },
    { kind: "anonymous" },
    { kind: "caller" },
  ),
  anyNumber.map((fixed): CallerIdPolicy => ({ kind: "fixed", number: fixed })),
);
const mappings = fc
  .tuple(
    fc.shuffledSubarray([...realNumbers], { minLength: 1 }),
    fc.array(
      fc.record({
        state: fc.constantFrom("active", "active", "disabled", "expired"),
        callerIdPolicy: fc.option(policy),
        expiresAtMs: fc.option(fc.constantFrom(startedAtMs - 1, startedAtMs + 1)),
      }),
      { minLength: 3, maxLength: 3 },
    ),
  )
  .map(([owners, more]) =>
    owners.map((realNumber, index): Mapping =>
      aMapping({ realNumber, proxyNumber: proxyNumbers[index] ?? number(""), ...more[index] }),
    ),
  );

const call = fc
  .record({
    people: mappings,
    dialled: fc.constantFrom(...proxyNumbers),
    callerNumber: fc.option(fc.oneof(anyNumber, fc.constant(number("79260000000")))),
    withholds: fc.boolean(),
    isTrusted: fc.boolean(),
    party: fc.option(fc.oneof(anyNumber, fc.constant(number("79260000000")))),
    trunkPolicy: policy,
  })
  // Proxy numbers are no secret.
  .map((one) => ({
    ...one,
    withholds: one.withholds && !proxyNumbers.some((proxy) => proxy === one.callerNumber),
  }));

/** What would be dialled, and shown there; null if the call is refused. */
async function outcome({
  people,
  dialled,
  callerNumber: from,
  withholds,
  isTrusted,
  party,
  trunkPolicy,
}: typeof call extends fc.Arbitrary<infer T> ? T : never) {
  const find = async (matches: (mapping: Mapping) => boolean): Promise<Lookup> => {
    const mapping = people.find(matches);
    return mapping === undefined ? { kind: "unknown" } : { kind: "found", mapping };
  };
  const lookup = createCallLookup({
    byProxyNumber: (one) => find(({ proxyNumber }) => proxyNumber === one),
    byEitherNumber: (one) => find(({ proxyNumber, realNumber }) => [proxyNumber, realNumber].includes(one)),
    newestParty: async () => party,
    trustsCallers: () => isTrusted,
    isPremium: () => false,
    nowMs: () => startedAtMs,
  });
  const trunk: OutboundTrunk = {
    name: "trunk-out",
    dialPrefix: "",
    callerIdPrefix: "",
    callerIdPolicy: trunkPolicy,
  };
  const [callerNumber, withheldNumber] = withholds ? [null, from] : [from, null];
  const question = { proxyNumber: dialled, secondReading: null, callerNumber, inboundTrunk: "trunk-in" };
  const known = await lookup.known(question);
  if (known.kind === "late") throw new Error("The lookup is late.");
  const decision = decide(known, { callerNumber, withheldNumber }, [trunk], startedAtMs);
  if (decision.kind === "refuse") return null;
  const { realNumber, proxyNumber, number: own, turns, direction } = decision;
  const [turn] = turns;
  if (turn === undefined) throw new Error("No trunk is tried.");
  const numbers = { proxyNumber, number: own, callerNumber, withheldNumber, trunkPolicy };
  const shown = shownNumber(turn.shown, numbers);
  const mapping = people.find((one) => one.proxyNumber === proxyNumber);
  return { realNumber, shown, direction, people, policy: mapping?.callerIdPolicy ?? trunkPolicy };
}

describe("For any two people and any mappings,", () => {
  const everyCall = (
    check: (
      found: NonNullable<Awaited<ReturnType<typeof outcome>>>,
      from: PhoneNumber | null,
      isTrusted: boolean,
    ) => void,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(call, async (one) => {
        const found = await outcome(one);
        if (found !== null) check(found, one.callerNumber, one.isTrusted);
      }),
      { numRuns: 3_000 },
    );

  it("no callee is shown the caller's real number, unless the policy is to show it", () =>
    everyCall(({ shown, direction, policy: applied }, from) => {
      if (from !== null && (applied.kind !== "caller" || direction === "return"))
        expect(shown).to.not.equal(from);
    }));

  it("no caller is connected with themselves, or with a proxy number", () =>
    everyCall(({ realNumber, people }, from) => {
      expect(realNumber).to.not.equal(from);
      expect(people.map(({ proxyNumber }) => proxyNumber)).to.not.include(realNumber);
    }));

  it("callers who may have forged their number return no call", () =>
    everyCall(({ direction }, _from, isTrusted) => {
      if (!isTrusted) expect(direction).to.equal("in");
    }));
});
