import { expect } from "chai";
import { LoopDetector } from "../../../../src/calls/bridge/loopDetector.ts";
import type { CallerIdPolicy } from "../../../../src/values/mapping.ts";
import { anIncomingCall, number, Story, aPolicy } from "../../../support/calls.ts";

const proxy = number("79580000001");
const other = number("79580000002");
const caller = "79995550000";

describe("Forwarded calls that come back without our mark", () => {
  let loops: LoopDetector;
  let serial = 0;

  beforeEach(() => {
    loops = new LoopDetector();
  });

  /** A call that rings at the real number of `proxy`. */
  const ringing = (callerIdPolicy: CallerIdPolicy, callerNumber: string | null = caller): Story => {
    serial += 1;
    const policy = aPolicy({
      trunks: [{ name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy }],
    });
    const story = new Story(policy, anIncomingCall({ callId: `call-${serial}`, callerNumber }));
    story.dialled().tell({ type: "calleeRang" });
    loops.track(story.call);
    return story;
  };
  const comesBack = (
    callerNumber: string | null,
    proxyNumber = proxy,
    forwardedBy: string | null = null,
  ): boolean => loops.comesBack({ callerNumber, proxyNumber, forwardedBy });

  it("are not suspected while nothing rings", () => {
    expect(comesBack(caller)).to.equal(false);
    expect(comesBack(null)).to.equal(false);
    expect(comesBack(caller, proxy, "")).to.equal(false);
    expect(loops.comesBack({ callerNumber: caller, proxyNumber: null, forwardedBy: null })).to.equal(false);
  });

  for (const [policy, shown] of [
    [{ kind: "caller" }, caller],
    [{ kind: "fixed", number: number("78005553535") }, "78005553535"],
    [{ kind: "anonymous" }, null],
  ] as const)
    it(`are let through ten times under the policy ${policy.kind}, because several callers may look alike`, () => {
      for (let legs = 0; legs < 10; legs += 1) {
        expect(comesBack(shown)).to.equal(false);
        ringing(policy);
      }
      expect(comesBack(shown)).to.equal(true);
      expect(comesBack(shown, other)).to.equal(false);
      expect(comesBack("79990000000")).to.equal(false);
    });

  it("are recognised at once if the network says that they were forwarded", () => {
    ringing({ kind: "caller" });
    expect(comesBack(caller)).to.equal(false);
    expect(comesBack(caller, proxy, "")).to.equal(true);
    expect(comesBack("79990000000", proxy, "")).to.equal(false);
    expect(comesBack(caller, other, "")).to.equal(false);
  });

  const ends: readonly (readonly [string, (story: Story) => void])[] = [
    ["the callee has answered", (story) => story.tell({ type: "calleeAnswered" })],
    ["the caller has hung up", (story) => story.tell({ type: "callerLeft", cause: 16, wasUp: false })],
  ];
  for (const [when, tell] of ends)
    it(`do not count a leg once ${when}`, () => {
      const stories = Array.from({ length: 10 }, () => ringing({ kind: "caller" }));
      expect(comesBack(caller)).to.equal(true);
      for (const story of stories) {
        tell(story);
        loops.track(story.call);
      }
      expect(comesBack(caller)).to.equal(false);
    });
});
