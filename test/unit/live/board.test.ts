import { expect } from "chai";
import { useFakeTimers } from "sinon";
import type { SinonFakeTimers } from "sinon";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { LiveBoard } from "../../../src/live/board.ts";
import { createHangUps } from "../../../src/live/hangups.ts";
import { liveCallOf } from "../../../src/live/liveCall.ts";
import type { LiveCall } from "../../../src/live/browserMessages.ts";
import { LiveSource } from "../../../src/live/source.ts";
import type { Bus } from "../../../src/bus/types.ts";
import { instanceLostAfterMs, type LiveBusMessage, liveTopic } from "../../../src/live/instanceMessages.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { ProcessClock } from "../../support/processClock.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const live = (callId: string, node = "other"): LiveCall =>
  liveCallOf(new Story(undefined, anIncomingCall({ callId })).call, node);

const over = (callId: string): LiveCall => {
  const story = new Story(undefined, anIncomingCall({ callId }));
  story.dialled().tell({ type: "callerLeft", cause: 16, wasUp: false });
  return liveCallOf(story.call, "other");
};

describe("The live board", () => {
  let time: SinonFakeTimers;
  let bus: Bus;
  let board: LiveBoard;
  let asked: (string | null)[];
  let gone: string[];

  beforeEach(() => {
    time = useFakeTimers({ now: Date.UTC(2026, 10, 23, 3) });
    bus = createLocalBus({ logger: silentLogger });
    board = new LiveBoard({ bus, clock: systemClock });
    asked = [];
    gone = [];
    bus.subscribe(liveTopic, (payload) => {
      const message = payload as LiveBusMessage;
      if (message.kind === "ask") asked.push(message.of);
    });
    board.open();
    board.onChange((_, lost) => gone.push(...lost));
  });
  afterEach(() => {
    board.close();
    time.restore();
  });

  const says = (message: LiveBusMessage): void => bus.publish(liveTopic, message);
  const changes = (seq: number, calls: readonly LiveCall[], instance = "a"): void =>
    says({ kind: "delta", instance, node: "other", seq, calls });
  const whole = (seq: number, calls: readonly LiveCall[], ended: readonly LiveCall[] = []): void =>
    says({ kind: "whole", instance: "a", node: "other", seq, calls, ended });
  const shown = (): string[] => board.calls().map(({ callId }) => callId);

  it("shows a call under its new controller after a takeover", () => {
    const one = new LiveSource({ bus, clock: systemClock, node: "one" });
    const two = new LiveSource({ bus, clock: systemClock, node: "two" });
    one.open();
    two.open();
    const { call } = new Story().answered();
    one.observe(null, call);
    time.tick(100);
    expect(board.calls()).to.have.length(1);
    two.observe(null, call);
    one.observe(call, { ...call, state: "ended", ending: null });
    time.tick(100);
    expect(board.calls().map(({ node, state }) => `${node} ${state}`)).to.deep.equal(["two talking"]);
    expect(board.ended()).to.deep.equal([]);
    one.close();
    two.close();
  });

  it("asks all instances for their calls at the start, and when messages may have been missed", () => {
    expect(asked).to.deep.equal([null]);
  });

  it("follows a new instance without asking it", () => {
    changes(0, []);
    changes(1, [live("1"), live("2")]);
    changes(1, []);
    changes(2, [over("1")]);
    expect(shown()).to.deep.equal(["2"]);
    expect(board.ended().map(({ callId }) => callId)).to.deep.equal(["1"]);
    expect(asked).to.deep.equal([null]);
    expect(board.complete).to.equal(true);
  });

  it("asks an instance that is already running, and is incomplete until it answers", () => {
    changes(7, [live("9")]);
    expect(asked).to.deep.equal([null, "a"]);
    expect(shown()).to.deep.equal(["9"]);
    expect(board.complete).to.equal(false);
    whole(7, [live("8"), live("9")]);
    expect(shown()).to.have.members(["8", "9"]);
    expect(board.complete).to.equal(true);
  });

  for (const what of ["changes", "a sign of life"]) {
    it(`notices missed messages by ${what}, and reloads the instance's calls`, () => {
      changes(1, [live("1"), live("2")]);
      if (what === "changes") changes(3, [live("4")]);
      else changes(2, []);
      expect(asked).to.deep.equal([null, "a"]);
      whole(3, [live("3"), live("4")], [over("1")]);
      expect(shown()).to.have.members(["3", "4"]);
      expect(gone).to.deep.equal(["2"]);
      expect(board.ended().map(({ callId }) => callId)).to.deep.equal(["1"]);
    });
  }

  it("drops the calls of an instance without a heartbeat within two seconds", () => {
    changes(1, [live("1")]);
    time.tick(instanceLostAfterMs);
    changes(1, []);
    time.tick(instanceLostAfterMs);
    expect(shown()).to.deep.equal(["1"]);
    time.tick(2_000 - instanceLostAfterMs);
    expect(shown()).to.deep.equal([]);
    expect(gone).to.deep.equal(["1"]);
    expect(board.nodes).to.deep.equal([]);
  });

  it("drops them at once when it leaves, except those taken over by another", () => {
    changes(1, [live("1"), live("2")]);
    changes(1, [live("2", "third")], "b");
    says({ kind: "leaving", instance: "a" });
    expect(shown()).to.deep.equal(["2"]);
    expect(gone).to.deep.equal(["1"]);
    expect(board.ownerOf("2")).to.deep.equal({ instance: "b", node: "third" });
  });

  it("names an Asterisk that is not heard, for the calls of the instance that does not hear it", () => {
    const says2 = (instance: string, node: string, heard: boolean): void =>
      says({
        kind: "delta",
        instance,
        node,
        seq: 0,
        calls: [],
        asterisks: [{ name: "main", systemName: "pbx", heard }],
      });
    const silent = { name: "main", systemName: "pbx" };
    says2("a", "one", false);
    expect(board.silent).to.deep.equal([{ node: "one", ...silent }]);
    says2("b", "two", true);
    expect(board.silent).to.deep.equal([]);
    says({ kind: "delta", instance: "a", node: "one", seq: 1, calls: [{ ...live("x"), asterisk: "pbx" }] });
    expect(board.silent).to.deep.equal([{ node: "one", ...silent }]);
    says({ kind: "leaving", instance: "a" });
    expect(board.silent).to.deep.equal([]);
  });

  it("is incomplete without the bus only if there are other instances", () => {
    const connection = { connected: true };
    const watched = new LiveBoard({
      bus: {
        publish: (topic, payload) => bus.publish(topic, payload),
        subscribe: (topic, listener) => bus.subscribe(topic, listener),
        onGap: () => () => undefined,
        get connected() {
          return connection.connected;
        },
      },
      clock: systemClock,
      own: "mine",
    });
    watched.open();
    changes(0, [], "mine");
    connection.connected = false;
    expect(watched.complete).to.equal(true);
    connection.connected = true;
    changes(0, [], "a");
    connection.connected = false;
    time.tick(instanceLostAfterMs * 2);
    expect(watched.complete).to.equal(false);
    connection.connected = true;
    changes(0, [], "a");
    says({ kind: "leaving", instance: "a" });
    connection.connected = false;
    expect(watched.complete).to.equal(true);
    watched.close();
  });

  it("forgets ended calls after some minutes", () => {
    changes(1, [{ ...over("1"), endedAtMs: Date.now() }]);
    time.tick(299_000);
    expect(board.ended()).to.have.length(1);
    time.tick(2_000);
    expect(board.ended()).to.have.length(0);
  });

  it("forgets ended calls of an erased number, on every instance, and shows those in progress", () => {
    const source = new LiveSource({ bus, clock: systemClock, node: "one" });
    source.open();
    for (const callId of ["over", "goes on", "of others"]) {
      const story = new Story(undefined, anIncomingCall({ callId })).dialled();
      source.observe(null, story.call);
      if (callId === "goes on") continue;
      const before = story.call;
      story.tell({ type: "callerLeft", cause: 16, wasUp: false });
      source.observe(before, story.call);
    }
    time.tick(100);
    const isErased = ({ callId }: LiveCall): boolean => callId !== "of others";
    source.forgetEnded(isErased);
    board.forgetEnded(isErased);
    expect(gone).to.deep.equal(["over"]);
    const late = new LiveBoard({ bus, clock: systemClock });
    late.open();
    time.tick(100);
    for (const one of [board, late]) {
      expect(one.calls().map(({ callId }) => callId)).to.deep.equal(["goes on"]);
      expect(one.ended().map(({ callId }) => callId)).to.deep.equal(["of others"]);
    }
    late.close();
    source.close();
  });

  it("ignores messages that it does not understand", () => {
    for (const payload of [
      null,
      17,
      {},
      { kind: "later" },
      { kind: "delta", instance: "a" },
      { kind: "whole" },
    ])
      bus.publish(liveTopic, payload);
    expect(board.nodes).to.deep.equal([]);
  });

  describe("hangs up", () => {
    const hangUps = (here: Parameters<typeof createHangUps>[0]["here"]) =>
      createHangUps({ bus, board, clock: systemClock, here });

    it("a call of this instance", async () => {
      const hungUp: string[] = [];
      const port = hangUps({ instance: "a", hangUp: (callId) => hungUp.push(callId) > 0 });
      changes(1, [live("1")]);
      expect(await port.hangUp("1")).to.deep.equal({ kind: "hungUp", node: "other" });
      expect(hungUp).to.deep.equal(["1"]);
    });

    it("nothing if the call does not exist or has just ended", async () => {
      const port = hangUps({ instance: "a", hangUp: () => false });
      expect(await port.hangUp("1")).to.deep.equal({ kind: "notLive" });
      changes(1, [live("1")]);
      expect(await port.hangUp("1")).to.deep.equal({ kind: "notLive" });
    });

    it("and reports when the instance does not answer", async () => {
      const port = hangUps(null);
      changes(1, [live("1")]);
      const result = port.hangUp("1");
      time.tick(2_000);
      expect(await result).to.deep.equal({ kind: "noAnswer", node: "other" });
    });

    it("and reads an answer that arrived during a freeze before it says so", async () => {
      const clock = new ProcessClock(systemClock);
      const port = createHangUps({ bus, board, clock, here: null });
      let id = "";
      bus.subscribe("live.hangUp", (payload) => ({ id } = payload as { id: string }));
      changes(1, [live("1")]);
      const result = port.hangUp("1");
      clock.freeze();
      time.tick(20_000);
      clock.thaw();
      bus.publish("live.hangUp.answer", { id, done: true });
      expect(await result).to.deep.equal({ kind: "hungUp", node: "other" });
    });
  });
});
