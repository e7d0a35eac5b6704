import { expect } from "chai";
import type { LiveCall, LiveDelta, LiveFigures, LiveSnapshot } from "../../../src/live/browserMessages.ts";
import { applyMessage, type Applied, type Board } from "../../../web/src/live/boardModel.ts";

const figures: LiveFigures = {
  atMs: 100_000,
  now: 1,
  today: null,
  nodes: ["one"],
  complete: true,
  silent: [],
};

function call(callId: string, more: Partial<LiveCall> = {}): LiveCall {
  return {
    callId,
    state: "ringing",
    caller: null,
    proxy: "74951000000",
    real: null,
    inboundTrunk: "trunk-in",
    outboundTrunk: null,
    node: "one",
    asterisk: "asterisk-1",
    startedAtMs: 90_000,
    answeredAtMs: null,
    endedAtMs: null,
    outcome: null,
    ...more,
  };
}

const ended = (callId: string, endedAtMs: number): LiveCall =>
  call(callId, {
    state: "ended",
    endedAtMs,
    outcome: { status: "busy", reason: null, sipCode: 486, cause: 17 },
  });

const snapshot = (more: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  type: "snapshot",
  seq: 7,
  calls: [],
  ended: [],
  keepEndedMs: 10_000,
  keepEnded: 2,
  notation: { countryCode: "7", nationalPrefixes: ["8"], internationalPrefixes: ["810", "00"] },
  figures,
  ...more,
});

const delta = (seq: number, calls: readonly LiveCall[], gone: readonly string[] = []): LiveDelta => ({
  type: "delta",
  seq,
  calls,
  gone,
});

const ids = (calls: readonly LiveCall[]): string[] => calls.map(({ callId }) => callId);

function boardOf(applied: Applied): Board {
  if (applied.kind === "gap") throw new Error("There is a gap.");
  return applied.board;
}

describe("The model of the live board", () => {
  it("starts with a snapshot and is empty without one", () => {
    expect(applyMessage(null, delta(1, [])).kind).to.equal("gap");
    expect(applyMessage(null, { type: "counters", seq: 1, figures }).kind).to.equal("gap");
    expect(ids(boardOf(applyMessage(null, snapshot({ calls: [call("a")] }))).calls)).to.deep.equal(["a"]);
  });

  it("follows each call from delta to delta, oldest first, until it ends", () => {
    const first = boardOf(applyMessage(null, snapshot({ calls: [call("b", { startedAtMs: 91_000 })] })));
    const second = boardOf(
      applyMessage(first, delta(8, [call("a"), call("b", { state: "talking", startedAtMs: 91_000 })])),
    );
    expect(ids(second.calls)).to.deep.equal(["a", "b"]);
    const third = boardOf(applyMessage(second, delta(9, [ended("a", 99_000)])));
    expect(ids(third.calls)).to.deep.equal(["b"]);
    expect(ids(third.ended)).to.deep.equal(["a"]);
    expect(ids(third.justEnded)).to.deep.equal(["a"]);
    const told = boardOf(applyMessage(third, { type: "counters", seq: 9, figures }));
    expect(ids(told.justEnded), "an end is news only once").to.deep.equal([]);
  });

  it("does not continue over a gap, whichever message shows it", () => {
    const board = boardOf(applyMessage(null, snapshot()));
    expect(applyMessage(board, delta(9, [])).kind).to.equal("gap");
    expect(applyMessage(board, delta(7, [])).kind).to.equal("gap");
    expect(applyMessage(board, { type: "counters", seq: 8, figures }).kind).to.equal("gap");
  });

  it("replaces everything with a snapshot, without sounds for earlier ends", () => {
    const board = boardOf(applyMessage(null, snapshot({ calls: [call("a")] })));
    const fresh = boardOf(applyMessage(board, snapshot({ seq: 40, ended: [ended("a", 99_000)] })));
    expect(fresh.calls).to.deep.equal([]);
    expect(fresh.justEnded).to.deep.equal([]);
    expect(fresh.seq).to.equal(40);
  });

  it("drops calls whose instance is gone, and ended ones by age and count", () => {
    const start = snapshot({
      calls: [call("a"), call("b")],
      ended: [ended("new", 99_000), ended("old", 91_000)],
    });
    const board = boardOf(applyMessage(boardOf(applyMessage(null, start)), delta(8, [], ["a"])));
    expect(ids(board.calls)).to.deep.equal(["b"]);
    const more = boardOf(applyMessage(board, delta(9, [ended("b", 99_500)])));
    expect(ids(more.ended), "two are kept").to.deep.equal(["b", "new"]);
    const later = { ...figures, atMs: 109_200 };
    const last = boardOf(applyMessage(more, { type: "counters", seq: 9, figures: later }));
    expect(ids(last.ended), "ten seconds long").to.deep.equal(["b"]);
  });
});
