import { expect } from "chai";
import { useFakeTimers } from "sinon";
import type { SinonFakeTimers } from "sinon";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import type { Bus } from "../../../src/bus/types.ts";
import { LiveBoard } from "../../../src/live/board.ts";
import { liveTopic, type LiveBusMessage } from "../../../src/live/instanceMessages.ts";
import { liveCallOf } from "../../../src/live/liveCall.ts";
import { createTestCalls, type TestCallAnswer } from "../../../src/live/testCalls.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { phoneNumberOrNull } from "../../../src/values/phoneNumber.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const proxy = phoneNumberOrNull("74958200001");

describe("Test calls", () => {
  let time: SinonFakeTimers;
  let bus: Bus;
  let board: LiveBoard;

  beforeEach(() => {
    time = useFakeTimers({ now: Date.UTC(2026, 10, 23, 3) });
    bus = createLocalBus({ logger: silentLogger });
    board = new LiveBoard({ bus, clock: systemClock });
    board.open();
  });
  afterEach(() => {
    board.close();
    time.restore();
  });

  /** An instance follows these Asterisks. */
  const follows = (instance: string, heard: Readonly<Record<string, boolean>>): void =>
    bus.publish(liveTopic, {
      kind: "delta",
      instance,
      node: `node ${instance}`,
      seq: 0,
      calls: [],
      asterisks: Object.entries(heard).map(([name, isHeard]) => ({ name, systemName: name, heard: isHeard })),
    } satisfies LiveBusMessage);

  const testCalls = (instance: string | null, answer: TestCallAnswer = { kind: "refused" }) => {
    const asked: string[] = [];
    const here = instance && {
      instance,
      place: async (asterisk: string, number: string) => {
        asked.push(`${asterisk} ${number}`);
        return answer;
      },
    };
    return { asked, ...createTestCalls({ bus, board, clock: systemClock, here: here || null }) };
  };

  const place = (calls: ReturnType<typeof testCalls>) => {
    if (proxy === null) throw new Error("The test's own number is none");
    return calls.place(proxy);
  };

  it("need a controller that is connected to Asterisk", async () => {
    follows("a", { one: false });
    expect(await place(testCalls("a"))).to.deep.equal({ kind: "noController" });
  });

  it("are placed by the instance that follows the first Asterisk, whichever is asked", async () => {
    follows("b", { two: true });
    follows("a", { three: true, one: true });
    const [a, b, web] = [testCalls("a", { kind: "placed", callId: "1" }), testCalls("b"), testCalls(null)];
    for (const asked of [b, web]) expect(await place(asked)).to.deep.equal({ kind: "placed", callId: "1" });
    expect([a.asked, b.asked]).to.deep.equal([[`one ${proxy}`, `one ${proxy}`], []]);
  });

  it("tell why there is none", async () => {
    follows("a", { one: true });
    testCalls("a", { kind: "stopping" });
    expect(await place(testCalls(null))).to.deep.equal({ kind: "stopping" });
  });

  it("are not waited for where the instance does not answer", async () => {
    follows("a", { one: true });
    const result = place(testCalls(null));
    time.tick(10_000);
    expect(await result).to.deep.equal({ kind: "noAnswer", node: "node a" });
  });

  it("are placed one at a time", async () => {
    follows("a", { one: true });
    const { call } = new Story(
      undefined,
      anIncomingCall({ callId: "t", inboundTrunk: "test-call" }),
    ).answered();
    const one = testCalls("a", { kind: "placed", callId: "t" });
    bus.publish(liveTopic, {
      kind: "delta",
      instance: "a",
      node: "node a",
      seq: 1,
      calls: [liveCallOf(call, "node a")],
    } satisfies LiveBusMessage);
    expect(await place(one)).to.deep.equal({ kind: "underWay" });
    expect(one.find("t")).to.include({ callId: "t", state: "talking" });
    expect(one.asked).to.deep.equal([]);
  });
});
