import { expect } from "chai";
import type { LiveMessage } from "../../../src/live/browserMessages.ts";
import { liveCloseCodes } from "../../../src/live/browserMessages.ts";
import { type FeedState, LiveConnection, type SocketListener } from "../../../web/src/live/connection.ts";
import { HandClock } from "../ari/support.ts";

const figures = { atMs: 5_000, now: 0, today: null, nodes: ["one"], complete: true, silent: [] };
const snapshot = (seq: number): LiveMessage => ({
  type: "snapshot",
  seq,
  calls: [],
  ended: [],
  keepEndedMs: 60_000,
  keepEnded: 10,
  notation: { countryCode: "7", nationalPrefixes: ["8"], internationalPrefixes: ["810", "00"] },
  figures,
});
const counters = (seq: number): LiveMessage => ({ type: "counters", seq, figures });

/** A connection whose server and clock are controlled by the test. */
class Watching {
  readonly clock = new HandClock();
  readonly sockets: (SocketListener & { closed: boolean; readonly said: string[] })[] = [];
  readonly states: { readonly atMs: number; readonly state: FeedState }[] = [];
  shown: number | null = null;
  refusals = 0;
  readonly connection = new LiveConnection({
    open: (listener) => {
      const said: string[] = [];
      const socket = { ...listener, closed: false, said };
      this.sockets.push(socket);
      return {
        send: (text) => said.push(text),
        close: () => {
          socket.closed = true;
        },
      };
    },
    clock: this.clock,
    onBoard: (board) => {
      this.shown = board.seq;
    },
    onState: (state) => this.states.push({ atMs: this.clock.nowMs(), state }),
    onClock: () => undefined,
    onEnded: () => undefined,
    onRefused: () => {
      this.refusals += 1;
    },
  });

  get state(): FeedState | undefined {
    return this.states.at(-1)?.state;
  }

  say(message: LiveMessage, socket = this.sockets.length - 1): void {
    this.sockets[socket]?.onMessage(JSON.stringify(message));
  }

  drop(code: number): void {
    this.sockets.at(-1)?.onClose(code);
  }
}

describe("The connection of the live board", () => {
  let watching: Watching;
  beforeEach(() => {
    watching = new Watching();
    watching.connection.open();
    watching.say(snapshot(7));
    watching.clock.advance(100);
  });

  it("marks the board as current when it is drawn", () => {
    expect(watching).to.include({ state: "current", shown: 7 });
  });

  it("marks it as stale within two seconds of the last message, drops the connection, and reconnects", () => {
    const heardAtMs = watching.clock.nowMs();
    watching.say(counters(7));
    watching.clock.advance(1_999);
    const stale = watching.states.find(({ state }) => state === "stale");
    expect(stale?.atMs).to.be.within(heardAtMs + 1, heardAtMs + 1_999);
    expect(watching.sockets[0]?.closed).to.equal(true);
    watching.clock.advance(500);
    expect(watching.sockets).to.have.length(2);
    watching.say(snapshot(9), 0);
    watching.clock.advance(100);
    expect(watching.state, "what a left connection says late changes nothing").to.equal("stale");
    watching.say(snapshot(12));
    watching.clock.advance(100);
    expect(watching).to.include({ state: "current", shown: 12 });
  });

  it("stays current through one late message", () => {
    watching.clock.advance(1_400);
    watching.say(counters(7));
    watching.clock.advance(1_400);
    expect(watching.state).to.equal("current");
    expect(watching.sockets).to.have.length(1);
  });

  it("does not mark it as current by a drawing scheduled before the connection broke", () => {
    watching.say({ type: "delta", seq: 8, calls: [], gone: [] });
    watching.drop(1006);
    expect(watching.shown, "what was known is shown").to.equal(8);
    watching.clock.advance(200);
    expect(watching.state).to.equal("stale");
  });

  it("requests a snapshot after a gap, and ignores everything else until it arrives", () => {
    watching.say({ type: "delta", seq: 9, calls: [], gone: [] });
    expect(watching.sockets[0]?.said).to.deep.equal(['{"type":"resync"}']);
    watching.say({ type: "delta", seq: 8, calls: [], gone: [] });
    watching.clock.advance(100);
    expect(watching.shown).to.equal(7);
    watching.say(snapshot(10));
    watching.clock.advance(100);
    expect(watching.shown).to.equal(10);
  });

  it("checks the session when permission is revoked, and when a connection cannot be opened", () => {
    watching.drop(1006);
    expect(watching.refusals, "a break is no refusal").to.equal(0);
    watching.clock.advance(500);
    watching.drop(1006);
    expect(watching.refusals).to.equal(1);
    watching.clock.advance(3_000);
    watching.say(snapshot(20));
    watching.drop(liveCloseCodes.notAllowed);
    expect(watching.refusals).to.equal(2);
  });

  it("sends nothing once closed", () => {
    watching.connection.close();
    watching.clock.advance(60_000);
    expect(watching.sockets).to.have.length(1);
    expect(watching.state).to.equal("current");
  });
});
