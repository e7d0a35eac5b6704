import { expect } from "chai";
import { LoopDetector } from "../../../src/calls/loopDetector.ts";
import type { Call } from "../../../src/calls/bridge/machine/call.ts";
import type { CallerIdPolicy } from "../../../src/values/mapping.ts";
import { anIncomingCall, number, Story, aPolicy } from "../../support/calls.ts";

const proxy = number("79580000001");
const other = number("79580000002");
const caller = "79995550000";
const real = "79001112233";

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
  const comesBack = (callerNumber: string | null, proxyNumber = proxy): boolean =>
    loops.comesBack({ callerNumber, proxyNumber });

  it("are not suspected while nothing rings", () => {
    expect(comesBack(caller)).to.equal(false);
    expect(comesBack(null)).to.equal(false);
    expect(loops.comesBack({ callerNumber: caller, proxyNumber: null })).to.equal(false);
  });

  it("are detected by a proxy number as caller, whatever it dials", () => {
    ringing({ kind: "proxy" });
    expect(comesBack(proxy, other)).to.equal(true);
    expect(comesBack(other, other)).to.equal(true);
    expect(comesBack(caller)).to.equal(false);
  });

  for (const [callerId, shown] of [
    [{ kind: "caller" }, caller],
    [{ kind: "fixed", number: number("78005553535") }, "78005553535"],
  ] as const)
    it(`are detected by the number that a leg shows under the policy ${callerId.kind}, at the same proxy number`, () => {
      ringing(callerId);
      expect(comesBack(shown)).to.equal(true);
      expect(comesBack(shown, other)).to.equal(false);
      expect(comesBack("79990000000")).to.equal(false);
    });

  it("are detected by the forwarding real number", () => {
    ringing({ kind: "proxy" });
    expect(comesBack(real)).to.equal(true);
    expect(comesBack(real, other)).to.equal(false);
  });

  it("are limited in number without a caller ID", () => {
    const policy = { kind: "anonymous" } as const;
    for (const expected of [false, false, false]) {
      expect(comesBack(null)).to.equal(expected);
      ringing(policy);
    }
    expect(comesBack(null)).to.equal(true);
    expect(comesBack(null, other)).to.equal(false);
    expect(comesBack(caller)).to.equal(false);
  });

  const ends: readonly (readonly [string, (story: Story) => void])[] = [
    ["the callee has answered", (story) => story.tell({ type: "calleeAnswered" })],
    ["he has hung up", (story) => story.tell({ type: "callerLeft", cause: 16, wasUp: false })],
  ];
  for (const [when, tell] of ends)
    it(`are not confused with a caller that calls again once ${when}`, () => {
      const story = ringing({ kind: "caller" });
      expect(comesBack(caller)).to.equal(true);
      tell(story);
      loops.track(story.call);
      expect(comesBack(caller)).to.equal(false);
      expect(comesBack(real)).to.equal(false);
    });

  it("are counted per leg that shows the same proxy number", () => {
    const [first, second] = [ringing({ kind: "proxy" }), ringing({ kind: "proxy" }, "79995550001")];
    const end = (story: Story): Call => {
      story.tell({ type: "callerLeft", cause: 16, wasUp: false });
      loops.track(story.call);
      return story.call;
    };
    end(first);
    expect(comesBack(proxy, other)).to.equal(true);
    end(second);
    expect(comesBack(proxy, other)).to.equal(false);
  });
});
