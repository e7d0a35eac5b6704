import { expect } from "chai";
import fc from "fast-check";
import { recordOf } from "../../../../../src/calls/record/toRecord.ts";
import { armedBy, expectToAddUp } from "../../../../support/callProperties.ts";
import { aPolicy, found, number, Story } from "../../../../support/calls.ts";

type Fact = Parameters<Story["tell"]>[0];

const cause = fc.constantFrom(null, 0, 1, 16, 17, 19, 21, 34, 127);
const sipCode = fc.constantFrom(null, 302, 404, 486, 487, 503, 603);
const commands = [
  "takeCaller",
  "refuseCaller",
  "findCaller",
  "createCalleeLeg",
  "createBridge",
  "linkLegs",
  "joinLegs",
  "dialCallee",
  "endDeadline",
  "hangUpCaller",
  "hangUpCallee",
  "handBackCaller",
  "destroyBridge",
] as const;

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .constantFrom("found", "unknown", "unavailable", "late", "disabled", "proxy")
    .map((kind): Fact => ({ type: "lookedUp", known: lookupOf(kind) })),
  fc
    .constantFrom(
      "callerHeld",
      "calleeLegReady",
      "legsJoined",
      "calleeLeaving",
      "calleeDialled",
      "calleeProgressed",
      "calleeRang",
      "calleeAnswered",
      "calleeRedirected",
      "announcementFinished",
      "bridgeDestroyed",
    )
    .map((type): Fact => ({ type })),
  fc.record({ type: fc.constant("calleeLeft" as const), cause, sipCode }),
  fc.record({
    type: fc.constant("callerLeft" as const),
    cause,
    wasUp: fc.boolean(),
    mayContinue: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("callerFound" as const),
    place: fc.constantFrom("waiting", "between", "held", "refused", "dialplan"),
  }),
  fc.record({
    type: fc.constant("timerFired" as const),
    timer: fc.constantFrom("setUp", "ring", "maxLength", "announcement", "cleanup"),
  }),
  fc.record({ type: fc.constant("hangUpRequested" as const), reason: fc.constant("supervisor" as const) }),
  fc.record({
    type: fc.constant("commandFailed" as const),
    command: fc.constantFrom(...commands),
    failure: fc.constantFrom("gone", "refused", "unknown", "disconnected"),
  }),
  fc.record({
    type: fc.constant("reconciled" as const),
    caller: fc.constantFrom("absent", "dialplan", "unanswered", "up"),
    callee: fc.constantFrom("absent", "unanswered", "up"),
    bridge: fc.constantFrom("absent", "apart", "joined"),
  }),
);

function lookupOf(kind: "found" | "unknown" | "unavailable" | "late" | "disabled" | "proxy") {
  if (kind === "unknown" || kind === "unavailable" || kind === "late") return { kind };
  const changes =
    kind === "disabled"
      ? { state: "disabled" as const }
      : kind === "proxy"
        ? { realNumber: number("79580000001") }
        : {};
  return found(changes);
}

const announcing = aPolicy({
  announcements: {
    unknown: "sound:x",
    disabled: "sound:y",
    expired: "sound:z",
    failed: "sound:f",
    own: null,
  },
});

/** Everything that Asterisk can still say about a call, in the order in which it would end it. */
const theEnd: readonly Fact[] = [
  { type: "callerLeft", cause: 16, wasUp: false },
  { type: "calleeLeft", cause: 16, sipCode: null },
  { type: "bridgeDestroyed" },
];

describe("A call, whatever happens in whatever order,", () => {
  const told = fc.array(fact, { maxLength: 30 });

  it("has exactly one record by the time it is over", () => {
    fc.assert(
      fc.property(told, fc.boolean(), (facts, withAnnouncements) => {
        const story = withAnnouncements ? new Story(announcing) : new Story();
        for (const each of [...facts, ...theEnd]) story.tell(each);
        expect(story.call.state).to.equal("ended");
        expect(story.said("writeRecord")).to.have.length(1);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is recorded as answered if, and only if, it was", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new Story();
        for (const each of [...facts, ...theEnd]) story.tell(each);
        expect(story.call.ending?.status === "answered").to.equal(story.call.answeredAtMs !== null);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never leaves a leg or bridge that it does not take down", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new Story();
        for (const each of facts) story.tell(each);
        if (story.call.state !== "ending") return;
        const asked = story.tell({ type: "timerFired", timer: "cleanup" }).map(({ type }) => type);
        if (story.call.state !== "ending") return;
        expect(asked.includes("hangUpCaller") || asked.includes("handBackCaller")).to.equal(
          story.call.callerLeg === "up",
        );
        expect(asked.includes("hangUpCallee")).to.equal(isThere(story.call.calleeLeg));
        expect(asked.includes("destroyBridge")).to.equal(isThere(story.call.bridge));
      }),
      { numRuns: 3_000 },
    );
  });

  it("dials at most once, and only active mappings", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new Story();
        let mayDial = false;
        for (const each of facts) {
          mayDial ||=
            each.type === "lookedUp" &&
            "known" in each &&
            each.known.kind === "found" &&
            each.known.mapping.state === "active";
          story.tell(each);
        }
        expect(story.said("createCalleeLeg").length).to.be.at.most(mayDial ? 1 : 0);
        expect(story.said("dialCallee").length).to.be.at.most(1);
      }),
      { numRuns: 3_000 },
    );
  });

  it("has no legs before its caller is held", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new Story();
        for (const each of facts) {
          story.tell(each);
          if (each.type === "callerHeld" || (each.type === "callerFound" && "place" in each)) return;
          expect(story.said("createCalleeLeg")).to.deep.equal([]);
          expect(story.said("createBridge")).to.deep.equal([]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("always has a timer or is over: nothing waits forever", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new Story();
        let armed = armedBy(story.commands, null);
        for (const each of facts) {
          // Only the timer that stands can fire, and it is used up by that.
          if (each.type === "timerFired" && !("timer" in each && each.timer === armed)) continue;
          if (each.type === "timerFired") armed = null;
          armed = armedBy(story.tell(each), armed);
          expect(armed !== null || story.call.state === "ended").to.equal(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  // What Asterisk tells may be read late, behind what we did after it.
  it("adds up, in whatever order its facts are read: talk and ring time never exceed its length", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fact, fc.nat({ max: 100_000 })), { maxLength: 20 }), (facts) => {
        const story = new Story();
        for (const [each, afterMs] of [...facts, ...theEnd.map((end): [Fact, number] => [end, 10])])
          story.after(afterMs).tell(each);
        expectToAddUp(recordOf(story.call, "node-1"));
      }),
      { numRuns: 3_000 },
    );
  });
});

const isThere = (leg: string): boolean => leg === "requested" || leg === "up";
