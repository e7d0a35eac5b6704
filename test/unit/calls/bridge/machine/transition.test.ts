import { expect } from "chai";
import type { StatusReason } from "../../../../../src/values/callRecord.ts";
import { recordOf } from "../../../../../src/calls/record/toRecord.ts";
import {
  aMapping,
  found,
  silent,
  aPolicy,
  anIncomingCall,
  number,
  startedAtMs,
  Story,
  typesOf,
} from "../../../../support/calls.ts";

const seconds = 1_000;

describe("The call machine", () => {
  describe("on the way to an answer", () => {
    it("looks up the number first", () => {
      const story = new Story();
      expect(story.call.state).to.equal("lookingUp");
      expect(typesOf(story.commands)).to.deep.equal(["keepOpen", "setTimer", "lookUp"]);
    });

    it("takes the caller once the number is found, and makes nothing before the caller is held", () => {
      const story = new Story();
      const commands = story.tell({ type: "lookedUp", known: found() });
      expect(typesOf(commands)).to.deep.equal(["takeCaller", "setTimer"]);
      expect(story.tell({ type: "callerLeft", cause: null, wasUp: false, mayContinue: true })).to.deep.equal(
        [],
      );
      expect(story.call.state).to.equal("lookingUp");
    });

    it("creates the callee's leg and the bridge as soon as the caller is held", () => {
      const story = new Story();
      story.tell({ type: "lookedUp", known: found() });
      const commands = story.tell({ type: "callerHeld" });
      expect(story.call.state).to.equal("preparing");
      expect(commands[0]).to.include({
        type: "createCalleeLeg",
        destination: "79001112233",
        trunk: "trunk-out",
      });
      expect(typesOf(commands)).to.deep.equal(["createCalleeLeg", "createBridge", "setTimer", "keepOpen"]);
    });

    it("bridges before dialling, so that ringing and early media reach the caller", () => {
      const story = new Story().found();
      expect(typesOf(story.tell({ type: "calleeLegReady" }))).to.deep.equal(["linkLegs", "joinLegs"]);
      expect(story.call.state).to.equal("preparing");
      expect(typesOf(story.tell({ type: "legsJoined" }))).to.deep.equal([
        "dialCallee",
        "endDeadline",
        "setTimer",
      ]);
      expect(story.call.state).to.equal("dialling");
    });

    it("dials no one for a caller who left before the legs were joined", () => {
      const story = new Story().found();
      story.tell({ type: "calleeLegReady" });
      story.tell({ type: "callerLeft", cause: null, wasUp: false });
      story.tell({ type: "legsJoined" });
      expect(story.said("dialCallee")).to.deep.equal([]);
      expect(story.said("hangUpCallee")).to.have.length(1);
    });

    it("rings, with and without early media", () => {
      for (const type of ["calleeRang", "calleeProgressed"] as const) {
        const ringing = new Story().dialled();
        ringing.tell({ type });
        expect(ringing.call.state).to.equal("ringing");
      }
    });

    it("counts ringing from when Asterisk dials the first trunk", () => {
      const trunk = (name: string) => ({
        name,
        dialPrefix: "",
        callerIdPrefix: "",
        callerIdPolicy: { kind: "proxy" as const },
      });
      const story = new Story(aPolicy({ trunks: [trunk("one"), trunk("two")] })).dialled();
      // The news that the leg was ready had been read long before it could be dialled.
      story.after(4 * seconds).tell({ type: "calleeDialled" });
      story.after(5 * seconds).tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
      story.after(5.5 * seconds).legReady();
      story.after(7 * seconds).tell({ type: "calleeDialled" });
      story.after(9 * seconds).tell({ type: "calleeRang" });
      story.after(10 * seconds).tell({ type: "calleeDialled" });
      expect(story.call).to.include({ state: "ringing", dialledAtMs: startedAtMs + 4 * seconds });
    });

    it("talks from the answer on, up to the maximum length", () => {
      const story = new Story().dialled().after(7 * seconds);
      const commands = story.tell({ type: "calleeAnswered" });
      expect(story.call).to.include({ state: "talking", answeredAtMs: startedAtMs + 7 * seconds });
      const sinceMs = startedAtMs + 7 * seconds;
      expect(commands).to.deep.include({ type: "setTimer", timer: "maxLength", afterMs: 7_200_000, sinceMs });
    });

    it("answers without ringing if the callee does", () => {
      const story = new Story().answered();
      expect(story.call.state).to.equal("talking");
    });
  });

  describe("on a hangup", () => {
    it("ends an answered call for both when the callee hangs up, with the reason", () => {
      const story = new Story().after(2 * seconds).answered();
      const commands = story.after(12 * seconds).tell({ type: "calleeLeft", cause: 16, sipCode: null });
      expect(typesOf(commands)).to.deep.equal(["writeRecord", "hangUpCaller", "destroyBridge", "setTimer"]);
      expect(recordOf(story.call, "node-1")).to.include({
        status: "answered",
        statusReason: "callee_hung_up",
        talkSeconds: 10,
        endedAtMs: startedAtMs + 12 * seconds,
      });
    });

    it("ends an answered call for both when the caller hangs up", () => {
      const story = new Story().answered();
      const commands = story.tell({ type: "callerLeft", cause: 16, wasUp: true });
      expect(typesOf(commands)).to.deep.equal(["writeRecord", "hangUpCallee", "destroyBridge", "setTimer"]);
      expect(recordOf(story.call, "node-1")).to.include({
        status: "answered",
        statusReason: "caller_hung_up",
      });
    });

    const firstToEnd: readonly [string, StatusReason | null][] = [
      ["a leg without audio", "media_timeout"],
      ["an operator, in Asterisk's CLI,", null],
      ["the callee", "callee_hung_up"],
    ];
    for (const [who, reason] of firstToEnd)
      it(`names ${who} that ended it first, whichever leg goes first`, () => {
        for (const left of [
          { type: "callerLeft", cause: 16, wasUp: true },
          { type: "calleeLeft", cause: 16, sipCode: null },
        ] as const) {
          const story = new Story().answered();
          story.tell({ type: "hangupBegan", reason });
          story.tell({ type: "hangupBegan", reason: "caller_hung_up" });
          story.tell(left);
          expect(story.call.ending).to.include({ status: "answered", reason });
        }
      });

    const stepsBeforeAnswer: Record<string, () => Story> = {
      "during the lookup": () => new Story(),
      "while the leg is made": () => new Story().found(),
      "after dialling": () => new Story().dialled(),
      "while it rings": () => {
        const story = new Story().dialled();
        story.tell({ type: "calleeRang" });
        return story;
      },
    };
    for (const [step, tell] of Object.entries(stepsBeforeAnswer))
      it(`is cancelled when the caller hangs up ${step}`, () => {
        const story = tell();
        story.tell({ type: "callerLeft", cause: 127, wasUp: false });
        expect(recordOf(story.call, "node-1")).to.include({
          status: "cancelled",
          statusReason: "caller_hung_up",
        });
        expect(story.said("hangUpCaller")).to.have.length(0);
        expect(story.said("hangUpCallee")).to.have.length(step === "during the lookup" ? 0 : 1);
      });

    it("takes down a leg that is created after the caller hung up", () => {
      const story = new Story().found();
      story.tell({ type: "callerLeft", cause: 127, wasUp: false });
      expect(typesOf(story.tell({ type: "calleeLegReady" }))).to.deep.equal(["hangUpCallee"]);
    });

    it("stays cancelled when CANCEL and 200 cross", () => {
      const story = new Story().dialled();
      story.tell({ type: "callerLeft", cause: 127, wasUp: false });
      expect(story.tell({ type: "calleeAnswered" })).to.have.length(0);
      story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
      story.tell({ type: "bridgeDestroyed" });
      expect(story.call.state).to.equal("ended");
      expect(story.said("writeRecord")).to.have.length(1);
      expect(story.call.ending).to.include({ status: "cancelled" });
    });

    it("is cancelled when the caller's CANCEL came before the answer reached the caller", () => {
      const story = new Story().answered();
      story.tell({ type: "callerLeft", cause: 127, wasUp: false });
      expect(story.said("hangUpCallee")).to.have.length(1);
      expect(recordOf(story.call, "node-1")).to.include({
        status: "cancelled",
        statusReason: "caller_hung_up",
        answeredAtMs: null,
        talkSeconds: 0,
      });
    });

    it("is answered if the caller's channel was, even if the event is still pending", () => {
      const story = new Story().dialled();
      story.tell({ type: "callerLeft", cause: 16, wasUp: true });
      expect(recordOf(story.call, "node-1")).to.include({
        status: "answered",
        statusReason: "caller_hung_up",
      });
    });

    it("is ended only once both legs and the bridge are gone", () => {
      const story = new Story().answered();
      story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
      expect(story.call.state).to.equal("ending");
      story.tell({ type: "bridgeDestroyed" });
      expect(story.call.state).to.equal("ending");
      story.tell({ type: "callerLeft", cause: 16, wasUp: false });
      expect(story.call.state).to.equal("ended");
    });

    it("retries hanging up a leg that does not end", () => {
      const story = new Story().answered();
      story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
      expect(typesOf(story.tell({ type: "timerFired", timer: "cleanup" }))).to.deep.equal([
        "hangUpCaller",
        "destroyBridge",
        "setTimer",
      ]);
    });
  });

  describe("when the callee cannot be reached", () => {
    const answers: readonly (readonly [number, string, number])[] = [
      [486, "busy", 17],
      [600, "busy", 17],
      [480, "no_answer", 19],
      [408, "no_answer", 18],
      [404, "unallocated", 1],
      [484, "unallocated", 28],
      [604, "unallocated", 1],
      [403, "rejected", 21],
      [603, "rejected", 21],
      [500, "congestion", 34],
      [503, "congestion", 34],
      [302, "rejected", 21],
    ];
    for (const [sipCode, status, callerCause] of answers)
      it(`is ${status} on ${sipCode}, and the caller gets cause ${callerCause}`, () => {
        const story = new Story().dialled();
        const commands = story.tell({ type: "calleeLeft", cause: 0, sipCode });
        expect(recordOf(story.call, "node-1")).to.include({ status, sipCode });
        expect(commands).to.deep.include({ type: "hangUpCaller", cause: callerCause });
      });

    it("uses the cause if an old Asterisk reports no SIP code", () => {
      const story = new Story().dialled();
      story.tell({ type: "calleeLeft", cause: 17, sipCode: null });
      expect(recordOf(story.call, "node-1")).to.include({ status: "busy", sipCode: null, cause: 17 });
    });

    it("hangs up both after the ring timeout", () => {
      const story = new Story().dialled();
      const commands = story.after(60 * seconds).tell({ type: "timerFired", timer: "ring" });
      expect(typesOf(commands)).to.include.members(["hangUpCaller", "hangUpCallee"]);
      expect(recordOf(story.call, "node-1")).to.include({
        status: "no_answer",
        statusReason: "ring_timeout",
        ringSeconds: 60,
        talkSeconds: 0,
      });
    });

    it("ends at the maximum length, with the reason", () => {
      const story = new Story().answered();
      story.after(7_200 * seconds).tell({ type: "timerFired", timer: "maxLength" });
      expect(recordOf(story.call, "node-1")).to.include({
        status: "answered",
        statusReason: "max_length",
        talkSeconds: 7_200,
      });
    });

    it("refuses to follow a redirection", () => {
      const story = new Story().dialled();
      const commands = story.tell({ type: "calleeRedirected" });
      expect(recordOf(story.call, "node-1")).to.include({
        status: "rejected",
        statusReason: "redirect_refused",
      });
      expect(typesOf(commands)).to.include("hangUpCallee");
      expect(story.said("createCalleeLeg")).to.have.length(1);
    });

    it("is congestion if Asterisk cannot create the leg, and leaves no bridge", () => {
      const story = new Story().found();
      const commands = story.tell({ type: "commandFailed", command: "createCalleeLeg", failure: "refused" });
      expect(recordOf(story.call, "node-1")).to.include({
        status: "congestion",
        statusReason: "trunk_unavailable",
      });
      expect(typesOf(commands)).to.deep.equal(["writeRecord", "hangUpCaller", "destroyBridge", "setTimer"]);
    });

    describe("with a second trunk", () => {
      const proxy = { kind: "proxy" } as const;
      const policy = aPolicy({
        trunks: [
          { name: "first", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: proxy },
          { name: "second", dialPrefix: "+", callerIdPrefix: "+", callerIdPolicy: proxy },
        ],
      });
      const trunksOf = (story: Story) =>
        story.said("createCalleeLeg").map((command) => "trunk" in command && command.trunk);

      it("tries it in the same bridge if the first is congested", () => {
        const story = new Story(policy).dialled();
        story.tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
        expect(trunksOf(story)).to.deep.equal(["first", "second"]);
        expect(story.legReady().slice(0, 2)).to.deep.include.members([{ type: "joinLegs", legs: "callee" }]);
        story.tell({ type: "calleeAnswered" });
        story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
        expect(recordOf(story.call, "node-1")).to.include({ status: "answered", outboundTrunk: "second" });
        expect(story.said("createBridge")).to.have.length(1);
      });

      it("has Asterisk give up on us between the trunks as well", () => {
        const story = new Story(policy).dialled();
        story.tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
        story.legReady();
        const restarts = story
          .said("createCalleeLeg")
          .map((command) => "restartsDeadline" in command && command.restartsDeadline);
        expect(restarts).to.deep.equal([false, true]);
        expect(story.said("endDeadline")).to.have.length(2);
      });

      it("tries it after the codes that the settings name", () => {
        const story = new Story(policy).dialled();
        story.tell({ type: "calleeLeft", cause: 21, sipCode: 402 });
        expect(trunksOf(story)).to.deep.equal(["first", "second"]);
      });

      it("tries it if Asterisk cannot create the leg", () => {
        const story = new Story(policy).found();
        story.tell({ type: "commandFailed", command: "createCalleeLeg", failure: "refused" });
        expect(trunksOf(story)).to.deep.equal(["first", "second"]);
        expect(story.legReady().slice(0, 2)).to.deep.include.members([{ type: "joinLegs", legs: "both" }]);
      });

      it("tries it if the first is silent, once the silent leg is gone", () => {
        const story = new Story(policy).dialled();
        expect(story.commands.at(-1)).to.deep.equal({
          type: "setTimer",
          timer: "silence",
          afterMs: 12 * seconds,
        });
        const commands = story.after(12 * seconds).tell({ type: "timerFired", timer: "silence" });
        expect(typesOf(commands)).to.deep.equal(["hangUpCallee", "setTimer"]);
        // Too late.
        expect(story.tell({ type: "calleeRang" })).to.deep.equal([]);
        story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
        expect(trunksOf(story)).to.deep.equal(["first", "second"]);
        story.legReady();
        story.tell({ type: "timerFired", timer: "silence" });
        story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
        expect(story.call.ending).to.include({ status: "congestion", reason: "trunk_unavailable" });
      });

      it("gives each trunk that rings the whole ring time", () => {
        const story = new Story(policy).dialled();
        story.after(5 * seconds).tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
        story.legReady();
        expect(story.after(6 * seconds).tell({ type: "calleeRang" })).to.deep.equal([
          { type: "setTimer", timer: "ring", afterMs: 60 * seconds, sinceMs: startedAtMs + 5 * seconds },
        ]);
        story.tell({ type: "timerFired", timer: "silence" });
        expect(story.call.state).to.equal("ringing");
      });

      it("does not try it if the callee is busy, or after ringing", () => {
        const busy = new Story(policy).dialled();
        busy.tell({ type: "calleeLeft", cause: 17, sipCode: 486 });
        const rang = new Story(policy).dialled();
        rang.tell({ type: "calleeRang" });
        rang.tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
        expect([trunksOf(busy), trunksOf(rang)]).to.deep.equal([["first"], ["first"]]);
      });

      it("ends as congestion when all are tried", () => {
        const story = new Story(policy).dialled();
        story.tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
        story.legReady();
        story.tell({ type: "calleeLeft", cause: 34, sipCode: 500 });
        expect(recordOf(story.call, "node-1")).to.include({ status: "congestion", sipCode: 500 });
      });
    });

    it("waits briefly for the hangup that won the race, then ends the call", () => {
      const story = new Story().dialled();
      expect(story.tell({ type: "commandFailed", command: "joinLegs", failure: "gone" })).to.deep.equal([
        { type: "setTimer", timer: "setUp", afterMs: 1_000 },
      ]);
      story.tell({ type: "timerFired", timer: "setUp" });
      expect(story.call.ending).to.include({ status: "failed" });
    });
  });

  describe("for numbers that must not be called", () => {
    const neverDialled = (story: Story): void => {
      expect(story.said("createCalleeLeg")).to.have.length(0);
    };

    const refused = { type: "refuseCaller", extension: "unknown_number**1*unknown**" } as const;
    const leftStasis = { type: "callerLeft", cause: null, wasUp: false, mayContinue: true } as const;

    it("leaves an unknown number to the dialplan with cause 1, and creates no leg", () => {
      const story = new Story();
      expect(story.tell({ type: "lookedUp", known: { kind: "unknown" } })).to.deep.include(refused);
      expect(story.call.ending).to.include({ status: "unknown_number", callerCause: 1 });
      story.tell(leftStasis);
      expect(story.call.state).to.equal("ended");
      expect(story.said("hangUpCaller")).to.deep.equal([]);
      neverDialled(story);
    });

    describe("with an announcement", () => {
      const begins = (): Story => {
        const story = new Story(aPolicy({ announcements: { ...silent, unknown: "sound:ss-noservice" } }));
        expect(story.tell({ type: "lookedUp", known: { kind: "unknown" } })).to.deep.include(refused);
        story.tell(leftStasis);
        expect(story.call.state).to.equal("announcing");
        return story;
      };

      it("hangs up with the cause after it", () => {
        const story = begins();
        expect(story.after(4 * seconds).tell({ type: "announcementFinished" })).to.deep.include({
          type: "hangUpCaller",
          cause: 1,
        });
        expect(story.call.ending?.atMs).to.equal(startedAtMs + 4 * seconds);
        neverDialled(story);
      });

      it("keeps the outcome if the caller hangs up during it, which it looks for every second", () => {
        const story = begins();
        for (const place of ["between", "refused"] as const) {
          const looks = story.tell({ type: "timerFired", timer: "announcement" });
          expect(typesOf(looks)).to.deep.equal(["findCaller", "setTimer"]);
          expect(story.tell({ type: "callerFound", place })).to.deep.equal([]);
        }
        story.tell({ type: "callerLeft", cause: 127, wasUp: false });
        expect(story.call.ending).to.include({ status: "unknown_number" });
        expect(story.call.state).to.equal("ended");
      });

      it("goes on without a connection", () => {
        const story = begins();
        const legs = { callee: "absent", bridge: "absent" } as const;
        story.tell({ type: "reconciled", caller: "dialplan", ...legs });
        expect(story.call.state).to.equal("announcing");
        story.tell({ type: "reconciled", caller: "absent", ...legs });
        expect(story.call).to.deep.include({ state: "ended" });
        expect(story.call.ending).to.include({ status: "unknown_number" });
      });

      it("leaves a caller alone whom the fallback connects", () => {
        const story = begins();
        story.tell({ type: "commandFailed", command: "refuseCaller", failure: "unknown" });
        story.tell({ type: "callerFound", place: "dialplan" });
        expect(story.call.ending).to.include({ status: "handed_back" });
        expect(story.said("hangUpCaller")).to.deep.equal([]);
      });
    });

    const treatments: readonly (readonly [string, Parameters<Story["found"]>[0], string])[] = [
      ["disabled", { state: "disabled" }, "disabled"],
      ["expired", { state: "expired" }, "expired"],
      ["expired a millisecond ago", { expiresAtMs: startedAtMs - 1 }, "expired"],
      ["released and resting", { state: "quarantined" }, "quarantined"],
      ["mapped to a proxy number", { realNumberIsProxy: true }, "loop"],
      ["mapped to itself", { realNumber: number("79580000001") }, "loop"],
    ];
    for (const [words, mapping, status] of treatments)
      it(`gives a number that is ${words} the status ${status}`, () => {
        const story = new Story().found(mapping);
        expect(story.call.ending).to.include({ status });
        neverDialled(story);
      });

    it("ends a call that came back to us at once, without a lookup", () => {
      const story = new Story(aPolicy(), anIncomingCall({ cameBack: true }));
      expect(story.said("lookUp")).to.have.length(0);
      story.tell({ type: "callerHeld" });
      expect(story.call.ending).to.include({ status: "loop", reason: "came_back" });
    });

    it("refuses a call that an owner forwards to the owner's own number", () => {
      const { realNumber: owner } = aMapping();
      const story = new Story(aPolicy(), anIncomingCall({ callerNumber: owner, forwardedBy: "" }));
      const known = found({}, { returnTo: number("79995550000") });
      story.decided(known);
      expect(story.call.ending).to.include({ status: "loop", reason: "came_back" });
      expect(story.call).to.include({ direction: "return", realNumber: "79995550000" });
      neverDialled(story);
    });

    it("refuses a leg that the callee forwards back with the number of a PBX, or withheld", () => {
      const { realNumber } = aMapping();
      const decided = (kind: "anonymous" | "dialled", callerNumber: string | null, forwardedBy: string) => {
        const story = new Story(aPolicy(), anIncomingCall({ callerNumber, forwardedBy }));
        story.decided(found({ callerIdPolicy: { kind } }));
        return story;
      };
      const byCallee = `8${realNumber?.slice(1)}01`;
      for (const story of [
        decided("anonymous", "78001112233", byCallee),
        decided("dialled", null, byCallee),
      ]) {
        expect(story.call.ending).to.include({ status: "loop", reason: "came_back" });
        neverDialled(story);
      }
      expect(decided("anonymous", "78001112233", "74950000000").call.ending).to.equal(null);
    });

    it("rejects what cannot be a number", () => {
      const story = new Story(aPolicy(), anIncomingCall({ dialled: "anonymous", proxyNumber: null }));
      story.tell({ type: "callerHeld" });
      expect(story.call.ending).to.include({ status: "unknown_number", reason: "invalid_number" });
    });

    it("refuses the call if no lookup layer is available, because the dialplan would ask the same ones", () => {
      const story = new Story();
      story.tell({ type: "lookedUp", known: { kind: "unavailable" } });
      expect(typesOf(story.commands.slice(-3))).to.deep.equal(["writeRecord", "refuseCaller", "setTimer"]);
      expect(story.call.ending).to.include({ status: "failed", reason: "lookup_unavailable" });
    });

    it("leaves the call to the dialplan if the lookup takes too long", () => {
      for (const fact of [
        { type: "lookedUp", known: { kind: "late" } },
        { type: "timerFired", timer: "setUp" },
      ] as const) {
        const story = new Story();
        expect(typesOf(story.tell(fact))).to.include("handBackCaller");
        expect(story.call.ending).to.include({ status: "handed_back", reason: "lookup_unavailable" });
        expect(story.found().said("createCalleeLeg")).to.have.length(0);
      }
    });
  });

  describe("whose deadline passes before the caller is held", () => {
    const leaves = { type: "callerLeft", cause: null, wasUp: false, mayContinue: true } as const;
    const withFallback = { type: "callerFound", place: "dialplan" } as const;

    /** Nothing that could disturb the fallback, and nothing left behind. */
    const expectForgotten = (story: Story): void => {
      expect(story.call.state).to.equal("ended");
      expect(story.call.ending).to.include({ status: "handed_back", atMs: startedAtMs + 1.5 * seconds });
      expect(story.said("writeRecord")).to.have.length(1);
      for (const type of ["createCalleeLeg", "createBridge", "hangUpCaller", "handBackCaller"] as const)
        expect(story.said(type)).to.deep.equal([]);
    };

    it("looks where a caller is who left undecided, and forgets a call that the fallback has", () => {
      const story = new Story().after(1.5 * seconds);
      expect(typesOf(story.tell(leaves))).to.deep.equal(["setTimer"]);
      story.after(9 * seconds);
      expect(story.tell({ type: "lookedUp", known: found() })).to.deep.equal([]);
      expect(typesOf(story.tell({ type: "timerFired", timer: "setUp" }))).to.deep.equal([
        "findCaller",
        "setTimer",
      ]);
      expect(typesOf(story.tell(withFallback))).to.deep.equal(["writeRecord", "clearTimer"]);
      expectForgotten(story);
    });

    it("forgets it as well if the request to take the caller came too late", () => {
      const story = new Story();
      story.tell({ type: "lookedUp", known: found() });
      story.after(1.5 * seconds).tell(leaves);
      const refused = { type: "commandFailed", command: "takeCaller", failure: "gone" } as const;
      expect(typesOf(story.tell(refused))).to.deep.equal(["setTimer"]);
      story.tell({ type: "timerFired", timer: "setUp" });
      story.tell(withFallback);
      expectForgotten(story);
    });

    it("looks again while the caller is on the way, and goes on once the caller is held", () => {
      for (const held of [{ type: "callerHeld" }, { type: "callerFound", place: "held" }] as const) {
        const story = new Story();
        story.tell({ type: "lookedUp", known: found() });
        story.tell(leaves);
        story.tell({ type: "timerFired", timer: "setUp" });
        expect(typesOf(story.tell({ type: "callerFound", place: "between" }))).to.deep.equal(["setTimer"]);
        expect(typesOf(story.tell(held))).to.include("createCalleeLeg");
      }
    });

    it("is cancelled when the caller left, at that time", () => {
      const story = new Story().after(1 * seconds);
      story.tell(leaves);
      story.after(3 * seconds).tell({ type: "callerLeft", cause: null, wasUp: false });
      expect(story.call.ending).to.include({ status: "cancelled", atMs: startedAtMs + 1 * seconds });
    });

    it("never hangs up a caller whom it handed back and who was not held", () => {
      const story = new Story();
      story.tell({ type: "lookedUp", known: { kind: "late" } });
      const failed = { type: "commandFailed", command: "handBackCaller", failure: "unknown" } as const;
      expect(story.tell(failed)).to.deep.equal([]);
      expect(typesOf(story.tell({ type: "timerFired", timer: "cleanup" }))).to.deep.equal([
        "handBackCaller",
        "setTimer",
      ]);
    });

    it("is forgotten if that happened without a connection", () => {
      const story = new Story().after(1.5 * seconds);
      story.tell({ type: "reconciled", caller: "dialplan", callee: "absent", bridge: "absent" });
      expectForgotten(story);
    });
  });

  describe("whose second deadline passes", () => {
    const leaves = { type: "callerLeft", cause: null, wasUp: false, mayContinue: true } as const;
    const steps: Record<string, () => Story> = {
      "the leg is made": () => new Story().found(),
      "the legs are joined": () => {
        const story = new Story().found();
        story.tell({ type: "calleeLegReady" });
        return story;
      },
      "the leg is dialled": () => new Story().dialled(),
      "the callee's phone rings": () => {
        const story = new Story().dialled();
        story.tell({ type: "calleeRang" });
        return story;
      },
      "the callee answers": () => new Story().answered(),
    };
    for (const [step, tell] of Object.entries(steps))
      it(`leaves the caller to the fallback and takes down its own parts, as ${step}`, () => {
        const story = tell();
        const before = story.commands.length;
        story.after(2.5 * seconds).tell(leaves);
        // What was already under way.
        story.tell({ type: "calleeLegReady" });
        story.tell({ type: "legsJoined" });
        for (const command of ["joinLegs", "dialCallee", "endDeadline"] as const)
          story.tell({ type: "commandFailed", command, failure: "gone" });
        story.after(9 * seconds).tell({ type: "timerFired", timer: "setUp" });
        story.tell({ type: "callerFound", place: "between" });
        story.tell({ type: "timerFired", timer: "setUp" });
        story.tell({ type: "callerFound", place: "dialplan" });
        expect(typesOf(story.commands.slice(before))).to.deep.equal([
          "setTimer",
          "findCaller",
          "setTimer",
          "setTimer",
          "findCaller",
          "setTimer",
          "writeRecord",
          "hangUpCallee",
          "destroyBridge",
          "setTimer",
        ]);
        expect(story.call.ending).to.include({ status: "handed_back", atMs: startedAtMs + 2.5 * seconds });
        expect(story.call.answeredAtMs).to.equal(null);
        story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
        story.tell({ type: "bridgeDestroyed" });
        expect(story.call.state).to.equal("ended");
      });

    it("goes to the fallback if the caller turns out to be held all the same", () => {
      const story = new Story().dialled();
      story.tell(leaves);
      story.tell({ type: "timerFired", timer: "setUp" });
      expect(typesOf(story.tell({ type: "callerFound", place: "held" }))).to.include.members([
        "handBackCaller",
        "hangUpCallee",
      ]);
      expect(story.call.ending).to.include({ status: "handed_back", reason: "interrupted" });
    });

    it("goes to the fallback undialled once it is too late to dial", () => {
      const story = new Story().found();
      const commands = story.after(0.9 * seconds).legReady();
      expect(typesOf(commands)).to.include("handBackCaller").and.not.include("dialCallee");
      expect(story.call.ending).to.include({ status: "handed_back", reason: "interrupted" });
    });

    it("goes to the fallback if the first trunk turns out to be missing too late", () => {
      const [trunk] = aPolicy().trunks;
      const story = new Story(aPolicy({ trunks: [trunk, trunk] })).found();
      const refused = { type: "commandFailed", command: "createCalleeLeg", failure: "refused" } as const;
      const commands = story.after(0.9 * seconds).tell(refused);
      expect(typesOf(commands)).to.include("handBackCaller").and.not.include("createCalleeLeg");
    });

    it("is cancelled if the caller left, and tries no other trunk meanwhile", () => {
      const [trunk] = aPolicy().trunks;
      const story = new Story(aPolicy({ trunks: [trunk, trunk] })).dialled();
      story.after(1 * seconds).tell(leaves);
      story.tell({ type: "calleeLeft", cause: 34, sipCode: 503 });
      story.after(2 * seconds).tell({ type: "callerLeft", cause: 127, wasUp: false });
      expect(story.call.ending).to.include({ status: "cancelled", atMs: startedAtMs + 1 * seconds });
      expect(story.said("createCalleeLeg")).to.have.length(1);
    });

    it("is left to the fallback if that happened without a connection", () => {
      const story = new Story().dialled();
      story.tell({ type: "reconciled", caller: "dialplan", callee: "unanswered", bridge: "apart" });
      expect(story.call.ending).to.include({ status: "handed_back" });
      expect(story.said("hangUpCaller")).to.deep.equal([]);
      expect(story.said("hangUpCallee")).to.have.length(1);
    });
  });

  describe("shows the callee", () => {
    const shown = (story: Story) =>
      story.said("createCalleeLeg").map((command) => "presentedNumber" in command && command.presentedNumber);

    it("the proxy number by default", () => {
      expect(shown(new Story().found())).to.deep.equal(["79580000001"]);
    });
    it("the caller's number by the trunk's policy", () => {
      const trunk = {
        name: "trunk-out",
        dialPrefix: "+",
        callerIdPrefix: "+",
        callerIdPolicy: { kind: "caller" } as const,
      };
      expect(shown(new Story(aPolicy({ trunks: [trunk] })).found())).to.deep.equal(["+79995550000"]);
    });
    it("the mapping's policy rather than the trunk's", () => {
      const fixed = { kind: "fixed", number: number("78005553535") } as const;
      expect(shown(new Story().found({ callerIdPolicy: fixed }))).to.deep.equal(["78005553535"]);
    });
    it("nothing if anonymous or withheld", () => {
      expect(shown(new Story().found({ callerIdPolicy: { kind: "anonymous" } }))).to.deep.equal([null]);
      const withheld = new Story(aPolicy(), anIncomingCall({ callerNumber: null }));
      expect(shown(withheld.found({ callerIdPolicy: { kind: "caller" } }))).to.deep.equal([null]);
    });
  });

  describe("after a reconnect", () => {
    const present = { caller: "up", callee: "up", bridge: "joined" } as const;

    it("continues an ongoing call", () => {
      const story = new Story(aPolicy({ maxLengthMs: 60 * seconds })).answered();
      const commands = story.after(20 * seconds).tell({ type: "reconciled", ...present });
      // Its time goes on from the answer.
      const time = { timer: "maxLength", afterMs: 60 * seconds, sinceMs: startedAtMs };
      expect(commands).to.deep.equal([{ type: "setTimer", ...time }]);
      expect(story.call.state).to.equal("talking");
    });

    it("ends a conversation that became too long in the gap", () => {
      const story = new Story(aPolicy({ maxLengthMs: 60 * seconds })).answered();
      const commands = story.after(90 * seconds).tell({ type: "reconciled", ...present });
      const time = { timer: "maxLength", afterMs: 60 * seconds, sinceMs: startedAtMs };
      expect(commands).to.deep.equal([{ type: "setTimer", ...time }]);
    });

    it("trusts an answer over a list that Asterisk made before it", () => {
      const story = new Story().answered();
      story.tell({ type: "reconciled", ...present, caller: "unanswered", callee: "unanswered" });
      expect(story.call.state).to.equal("talking");
    });

    it("learns the callee of an adopted call, and changes nothing else", () => {
      const story = new Story().answered();
      story.call = { ...story.call, realNumber: null };
      const known = found({ realNumber: number("79001112233") });
      expect(story.tell({ type: "lookedUp", known })).to.have.length(0);
      expect(story.call).to.include({ state: "talking", realNumber: "79001112233" });
    });

    it("still hands a caller to the dialplan that was being handed back", () => {
      const story = new Story();
      // Found in Asterisk after a reconnect with nothing ringing yet.
      const waiting = { caller: "unanswered", callee: "absent", bridge: "absent" } as const;
      story.tell({ type: "reconciled", ...waiting });
      const commands = story.tell({
        type: "reconciled",
        caller: "unanswered",
        callee: "absent",
        bridge: "absent",
      });
      expect(typesOf(commands)).to.deep.equal(["handBackCaller", "setTimer"]);
    });

    it("learns that the callee answered meanwhile", () => {
      const story = new Story().dialled();
      story.tell({ type: "reconciled", ...present });
      expect(story.call.state).to.equal("talking");
    });

    it("ends the call for both if one has hung up", () => {
      const story = new Story().answered();
      const commands = story.tell({ type: "reconciled", ...present, caller: "absent" });
      expect(typesOf(commands)).to.include("hangUpCallee");
      expect(story.call.ending).to.include({ status: "answered", reason: "interrupted" });
    });

    it("ends a conversation with only the answered caller left, and never dials again", () => {
      for (const lost of [{ callee: "absent" }, { bridge: "absent" }] as const) {
        const story = new Story().dialled();
        const commands = story.tell({ type: "reconciled", ...present, ...lost });
        expect(typesOf(commands)).to.include("hangUpCaller").and.not.include("handBackCaller");
        expect(story.call.ending).to.include({ status: "answered", reason: "interrupted" });
      }
    });

    it("continues ringing", () => {
      const story = new Story().dialled();
      story.tell({ type: "calleeRang" });
      const commands = story.tell({
        type: "reconciled",
        ...present,
        caller: "unanswered",
        callee: "unanswered",
      });
      expect(typesOf(commands)).to.deep.equal(["setTimer"]);
      expect(story.call.state).to.equal("ringing");
    });

    it("continues a call that another controller has held meanwhile", () => {
      const story = new Story();
      story.tell({ type: "lookedUp", known: found() });
      const left = { type: "callerLeft", cause: null, mayContinue: true } as const;
      story.tell({ ...left, wasUp: false });
      story
        .after(9 * seconds)
        .tell({ type: "reconciled", ...present, caller: "unanswered", callee: "unanswered" });
      expect(story.call.state).to.equal("ringing");
      story.tell({ type: "calleeAnswered" });
      expect(story.call.state).to.equal("talking");
      story.after(20 * seconds).tell({ ...left, wasUp: true });
      expect(recordOf(story.call, "node-1")).to.include({ status: "answered", talkSeconds: 11 });
    });

    it("hands a call to the dialplan if nothing rings yet", () => {
      const story = new Story().found();
      const commands = story.tell({
        type: "reconciled",
        caller: "unanswered",
        callee: "absent",
        bridge: "apart",
      });
      expect(typesOf(commands)).to.deep.equal(["writeRecord", "handBackCaller", "destroyBridge", "setTimer"]);
    });

    it("finishes its cleanup", () => {
      const story = new Story().answered();
      story.tell({ type: "calleeLeft", cause: 16, sipCode: null });
      story.tell({ type: "reconciled", caller: "absent", callee: "absent", bridge: "absent" });
      expect(story.call.state).to.equal("ended");
      expect(story.said("writeRecord")).to.have.length(1);
    });
  });
});
