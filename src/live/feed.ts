import { repeat } from "../ops/repeat.ts";
import { withoutPrefixes } from "../values/searchedDigits.ts";
import type { Notation } from "../values/searchedDigits.ts";
import type { Clock, TimerHandle } from "../ops/types.ts";
import type { LiveBoard } from "./board.ts";
import type { LiveCall, LiveFigures, LiveToday } from "./browserMessages.ts";
import { masked } from "./viewerMask.ts";
import { Snapshots, type SharedText } from "./snapshots.ts";
import { TodayByZone } from "./todayByZone.ts";
import { Turns } from "./turns.ts";

/** The part of a browser's connection that the feed needs. */
export interface FeedSocket {
  /** Bytes not yet received by the browser. */
  readonly waitingBytes: number;
  /** Sends one message; never waits, never throws. `text` is the same object for all browsers that receive it. */
  send(text: SharedText): void;
}

interface ViewerOptions {
  /** IANA time zone; `today` begins at its midnight. */
  readonly zone: string;
  readonly seesRealNumbers: boolean;
}

interface Viewer {
  /** Calls shown so far. */
  readonly shownCalls: number;
  /** Sends a fresh snapshot to a browser that has missed messages. */
  resync(): void;
  leave(): void;
}

interface LiveFeedOptions {
  readonly board: Pick<LiveBoard, "calls" | "ended" | "size" | "nodes" | "complete" | "silent" | "onChange">;
  readonly clock: Clock;
  /** Calls since midnight in the zone. */
  readonly today: (zone: string, nowMs: number) => Promise<LiveToday>;
  /** How users write numbers. */
  readonly notation?: Notation;
  /** Minimum interval between deltas. */
  readonly betweenDeltasMs?: number;
  /** A browser with more pending bytes receives no deltas, but a snapshot once it has caught up. */
  readonly maxWaitingBytes?: number;
  /** Browsers served per turn of the event loop, so that calls get their turn. */
  readonly perTurn?: number;
}

interface Member extends ViewerOptions {
  readonly socket: FeedSocket;
  /** `seq` of the last delta or snapshot sent to it; null if it needs a snapshot. */
  seq: number | null;
  /** The tick of its last snapshot: the next one comes in a later tick, however often the browser asks. */
  snapshotTick: number;
  left: boolean;
}

/** A message for all viewers; `textFor` encodes it once per kind of viewer. */
interface Broadcast {
  readonly kind: "delta" | "counters";
  readonly seq: number;
  readonly textFor: (member: Member) => SharedText;
}

/** A browser considers the connection dead after a little more than three of these intervals without a message. */
const countersEveryMs = 500;
/** The database is queried for today's calls on every second tick. */
const ticksPerQuestion = 2;

/** Sends a snapshot to each browser, then deltas to all, encoded once. */
export class LiveFeed {
  readonly #options: Required<LiveFeedOptions>;
  readonly #members = new Set<Member>();
  readonly #today: TodayByZone;
  readonly #broadcasts: Turns<Broadcast, Member>;
  #changed = new Map<string, LiveCall>();
  #gone = new Set<string>();
  /** Calls on the board, to count new ones. */
  readonly #known = new Set<string>();
  #begunCalls = 0;
  #seq = 0;
  #ticks = 0;
  #lastDeltaAtMs = Number.NEGATIVE_INFINITY;
  #nextDelta: TimerHandle | null = null;
  readonly #snapshots: Snapshots;
  #stopListening: () => void = () => undefined;
  #stopCounting: () => void = () => undefined;
  #closed = false;

  constructor(options: LiveFeedOptions) {
    this.#options = {
      notation: withoutPrefixes,
      betweenDeltasMs: 50,
      maxWaitingBytes: 262_144,
      perTurn: 25,
      ...options,
    };
    const { board, today, clock, notation, perTurn } = this.#options;
    this.#snapshots = new Snapshots(board, notation);
    this.#today = new TodayByZone(today, () => clock.nowMs());
    this.#broadcasts = new Turns({
      perTurn,
      receivers: () => [...this.#members],
      give: (member, message) => this.#send(member, message),
      done: () => this.#deltaSoon(),
    });
  }

  open(): void {
    this.#stopListening = this.#options.board.onChange((calls, gone) => this.#note(calls, gone));
    this.#sendCounters();
    this.#stopCounting = repeat(this.#options.clock, countersEveryMs, () => this.#sendCounters());
  }

  /** Sends a snapshot, then deltas. */
  join(socket: FeedSocket, options: ViewerOptions): Viewer {
    const member: Member = { socket, ...options, seq: null, snapshotTick: -1, left: false };
    const earlier = this.#begunCalls - this.#options.board.size;
    const begunCalls = (): number => this.#begunCalls;
    this.#members.add(member);
    if (!this.#today.has(options.zone)) this.#today.renew(options.zone);
    this.#sendSnapshot(member);
    return {
      get shownCalls() {
        return begunCalls() - earlier;
      },
      resync: () => {
        member.seq = null;
        this.#catchUp(member);
      },
      leave: () => {
        member.left = true;
        this.#members.delete(member);
      },
    };
  }

  /** Idempotent. Does not close the sockets, which belong to their owner. */
  close(): void {
    this.#closed = true;
    this.#stopListening();
    this.#stopCounting();
    if (this.#nextDelta !== null) this.#options.clock.clearTimer(this.#nextDelta);
    for (const member of this.#members) member.left = true;
    this.#members.clear();
  }

  #note(calls: readonly LiveCall[], gone: readonly string[]): void {
    this.#snapshots.callsChanged();
    for (const { callId } of calls) {
      if (!this.#known.has(callId)) this.#begunCalls += 1;
      this.#known.add(callId);
    }
    for (const callId of gone) this.#known.delete(callId);
    if (this.#members.size === 0 || this.#closed) return;
    for (const call of calls) {
      this.#changed.set(call.callId, call);
      this.#gone.delete(call.callId);
    }
    for (const callId of gone) {
      this.#changed.delete(callId);
      this.#gone.add(callId);
    }
    this.#deltaSoon();
  }

  #deltaSoon(): void {
    // Changes accumulate while a message is still being sent.
    if (this.#nextDelta !== null || this.#broadcasts.busy || this.#closed) return;
    if (this.#changed.size === 0 && this.#gone.size === 0) return;
    const { clock, betweenDeltasMs } = this.#options;
    const waitMs = Math.max(0, this.#lastDeltaAtMs + betweenDeltasMs - clock.nowMs());
    this.#nextDelta = clock.setTimer(
      () => {
        this.#nextDelta = null;
        this.#sendDelta();
      },
      Math.min(waitMs, betweenDeltasMs),
    );
  }

  #sendDelta(): void {
    this.#lastDeltaAtMs = this.#options.clock.nowMs();
    const calls = [...this.#changed.values()];
    const gone = [...this.#gone];
    this.#changed = new Map();
    this.#gone = new Set();
    this.#seq += 1;
    this.#snapshots.figuresChanged();
    const seq = this.#seq;
    const texts = encodedOnce((seesRealNumbers: boolean) =>
      JSON.stringify({ type: "delta", seq, calls: seesRealNumbers ? calls : calls.map(masked), gone }),
    );
    this.#broadcasts.send({ kind: "delta", seq, textFor: ({ seesRealNumbers }) => texts(seesRealNumbers) });
  }

  #sendCounters(): void {
    this.#snapshots.figuresChanged();
    const zones = new Set(Array.from(this.#members, ({ zone }) => zone));
    this.#today.keepOnly(zones);
    if (zones.size === 0) return;
    this.#ticks += 1;
    if (this.#ticks % ticksPerQuestion === 0) for (const zone of zones) this.#today.renew(zone);
    const seq = this.#seq;
    const texts = encodedOnce((zone: string) =>
      JSON.stringify({ type: "counters", seq, figures: this.#figures(zone) }),
    );
    this.#broadcasts.send({ kind: "counters", seq, textFor: ({ zone }) => texts(zone) });
  }

  #send(member: Member, message: Broadcast): void {
    if (member.left) return;
    if (member.seq === null || this.#isSlow(member)) {
      member.seq = null;
      this.#catchUp(member);
      return;
    }
    // A snapshot has superseded the message.
    if (message.kind === "delta" ? member.seq >= message.seq : member.seq > message.seq) return;
    member.seq = message.seq;
    member.socket.send(message.textFor(member));
  }

  #isSlow({ socket }: Member): boolean {
    return socket.waitingBytes > this.#options.maxWaitingBytes;
  }

  /** A browser that has not read earlier messages would not read a snapshot either. */
  #catchUp(member: Member): void {
    const { left, socket, snapshotTick } = member;
    if (!left && socket.waitingBytes === 0 && snapshotTick !== this.#ticks) this.#sendSnapshot(member);
  }

  #sendSnapshot(member: Member): void {
    member.seq = this.#seq;
    member.snapshotTick = this.#ticks;
    member.socket.send(this.#snapshots.text(member, this.#seq, () => this.#figures(member.zone)));
  }

  #figures(zone: string): LiveFigures {
    const { board, clock } = this.#options;
    return {
      atMs: clock.nowMs(),
      now: board.size,
      today: this.#today.of(zone),
      nodes: board.nodes,
      complete: board.complete,
      silent: board.silent,
    };
  }
}

function encodedOnce<Key>(encode: (key: Key) => string): (key: Key) => SharedText {
  const texts = new Map<Key, SharedText>();
  return (key) => {
    const known = texts.get(key);
    if (known) return known;
    const made = { text: encode(key) };
    texts.set(key, made);
    return made;
  };
}
