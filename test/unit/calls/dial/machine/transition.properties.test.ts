import { expect } from "chai";
import fc from "fast-check";
import { readConnect } from "../../../../../src/calls/decision/extension.ts";
import type { CallCommand } from "../../../../../src/calls/dial/machine/call.ts";
import { recordOf } from "../../../../../src/calls/record/toRecord.ts";
import { dialStatuses } from "../../../../../src/values/asteriskCall.ts";
import { mappingStates } from "../../../../../src/values/mapping.ts";
import { armedBy, expectToAddUp } from "../../../../support/callProperties.ts";
import { aPolicy, found } from "../../../../support/calls.ts";
import { aLeg, aSighting, DialStory, type Fact } from "../../../../support/dialStory.ts";

const anyLeg = fc.record({
  leg: fc.constantFrom("leg-1", "leg-2"),
  trunk: fc.constantFrom("trunk-out", "two"),
});
const cause = fc.constantFrom(null, 1, 16, 17, 34, 44, 127);
const sipCode = fc.constantFrom(null, 302, 486, 500, 503);

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      state: fc.constantFrom(...mappingStates),
      kind: fc.constantFrom("found", "unknown", "unavailable", "late"),
    })
    .map(({ state, kind }): Fact => ({
      type: "lookedUp",
      known: kind === "found" ? found({ state }) : { kind },
      ways: [],
    })),
  fc.tuple(fc.constantFrom("legRang", "legAnswered", "legHungUp"), anyLeg).map(([type, leg]): Fact => ({
    type: type === "legRang" ? "legRang" : type === "legAnswered" ? "legAnswered" : "legHungUp",
    ...leg,
  })),
  fc
    .record({ leg: anyLeg, cause, sipCode })
    .map(({ leg, ...end }): Fact => ({ type: "legLeft", ...leg, ...end })),
  fc
    .record({ dialStatus: fc.constantFrom(null, "BUSY", "NOANSWER", "CHANUNAVAIL"), cause, sipCode })
    .map(({ dialStatus, ...report }): Fact => ({
      type: "failed",
      status: null,
      reason: null,
      trunk: null,
      dialStatus: dialStatuses.find((one) => one === dialStatus) ?? null,
      ...report,
    })),
  fc
    .record({
      place: fc.constantFrom("waiting", "fallback", "connect", "refuse", "over"),
      up: fc.boolean(),
      rings: fc.boolean(),
    })
    .map(({ place, up, rings }): Fact => ({
      type: "seen",
      at: aSighting({
        place:
          place === "waiting" || place === "fallback" || place === "refuse" || place === "over"
            ? place
            : "connect",
        connecting: place === "connect" ? readConnect("79001112233*79580000001**1-d") : null,
        refusal:
          place === "refuse"
            ? { status: "unknown_number", reason: null, cause: 1, realNumber: null, proxyNumber: null }
            : null,
        up: place === "connect" && up,
        leg: rings ? { ...aLeg(), rings } : null,
      }),
    })),
  fc.constantFrom<Fact>(
    { type: "callerHungUp" },
    { type: "gone" },
    { type: "missing", restarted: false },
    { type: "missing", restarted: true },
    { type: "hangUpRequested" },
    { type: "timerFired", timer: "silence" },
    { type: "timerFired", timer: "lookUp" },
    { type: "timerFired", timer: "line" },
    { type: "commandFailed", command: "proceed", failure: "gone" },
    { type: "commandFailed", command: "query", failure: "unknown" },
    { type: "commandFailed", command: "hangUp", failure: "refused" },
  ),
);

const told = fc.array(fact, { maxLength: 30 });
/** Whatever was said before: Asterisk does not have it any more, and no line comes. */
const theEnd: readonly Fact[] = [{ type: "gone" }, { type: "timerFired", timer: "line" }];
const announcing = aPolicy({
  announcements: {
    unknown: "sound:x",
    disabled: "sound:y",
    expired: "sound:z",
    failed: "sound:f",
    own: null,
  },
});

describe("A call that Asterisk connects, whatever happens in whatever order,", () => {
  it("has exactly one record by the time it is over", () => {
    fc.assert(
      fc.property(told, fc.boolean(), (facts, withAnnouncements) => {
        const story = withAnnouncements ? new DialStory(announcing) : new DialStory();
        for (const each of [...facts, ...theEnd])
          if (story.commands.at(-1)?.type !== "forget") story.tell(each);
        expect(story.call.state).to.equal("ended");
        expect(story.records()).to.equal(1);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is decided once for each stay in Stasis, and only an active mapping is connected", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new DialStory();
        let stays = 1;
        let mayConnect = false;
        for (const each of facts) {
          if (each.type === "seen" && each.at.place === "waiting") stays += 1;
          mayConnect ||=
            each.type === "lookedUp" && each.known.kind === "found" && each.known.mapping.state === "active";
          story.tell(each);
        }
        const decisions = story.commands.filter(
          (command): command is CallCommand & { readonly type: "proceed" } => command.type === "proceed",
        );
        expect(decisions.length).to.be.at.most(stays);
        if (!mayConnect) expect(decisions.some(({ context }) => context === "connect")).to.equal(false);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never waits forever: it has a timer, a question under way, a leg that will report, or is over", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new DialStory();
        let armed = armedBy(story.commands, null);
        for (const each of facts) {
          // Only the timer that is set can fire, and it is used up by that.
          if (each.type === "timerFired" && each.timer !== armed) continue;
          if (each.type === "timerFired") armed = null;
          const commands = story.tell(each);
          armed = armedBy(commands, armed);
          const { state, leg } = story.call;
          const asked = commands.some(({ type }) => type === "query");
          const followed = state === "talking" || (state === "ringing" && leg !== null);
          if (asked) armed = "silence";
          expect(armed !== null || followed || state === "ended", `${state} after ${each.type}`).to.equal(
            true,
          );
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("is answered if, and only if, something said so", () => {
    fc.assert(
      fc.property(told, (facts) => {
        const story = new DialStory();
        for (const each of [...facts, ...theEnd]) story.tell(each);
        const saidSo = facts.some(
          (each) => each.type === "legAnswered" || (each.type === "seen" && each.at.up),
        );
        if (!saidSo) expect(story.call.answeredAtMs).to.equal(null);
        expect(story.call.ending?.status === "answered").to.equal(story.call.answeredAtMs !== null);
      }),
      { numRuns: 3_000 },
    );
  });

  it("adds up, in whatever order its facts are read: talk and ring time never exceed its length", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fact, fc.nat({ max: 100_000 })), { maxLength: 20 }), (facts) => {
        const story = new DialStory();
        for (const [each, afterMs] of [...facts, ...theEnd.map((end): [Fact, number] => [end, 10])])
          story.after(afterMs).tell(each);
        expectToAddUp(recordOf(story.call, "node-1"));
      }),
      { numRuns: 3_000 },
    );
  });
});
