import { causeOfSip } from "./causes.ts";
import { remoteHungUp } from "./hangup.ts";
import type { CalleeLeg } from "./leg.ts";
import type { CallerScript, CallStep } from "./scripts.ts";
import type { Channel, Party } from "./state.ts";
import type { World } from "./world.ts";

export interface CallOptions {
  /** The caller's number, as the inbound trunk sends it. */
  readonly from: string;
  /** The number dialled. */
  readonly to: string;
  /** Name of the inbound trunk, `trunk-in` by default. */
  readonly trunk?: string;
  readonly caller?: CallerScript;
  /** Headers of the INVITE that the dialplan reads, e.g. the mark of a call that came back. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many times it has been forwarded. */
  readonly forwards?: number;
}

/** The dialplan took the call, because no controller did or because one handed it back. */
export interface DialplanTurn {
  readonly why: "FAILED" | "TIMEOUT" | "continue";
  readonly context: string;
  readonly extension: string;
  readonly priority: number;
}

/** A call from the inbound trunk, and everything that both ends saw of it. */
export class SimulatedCall implements Party {
  /** The inbound channel's id. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly trunk: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How many times it had been forwarded before. */
  readonly forwards: number;
  readonly startedAtMs: number;
  /** SIP responses to the caller's INVITE in order, without 100. */
  readonly callerSaw: number[] = [];
  /** Numbers in P-Asserted-Identity or Remote-Party-ID of these responses. */
  readonly callerSawIdentities: string[] = [];
  /** Asterisk ended the answered call. */
  callerGotBye = false;
  /** Legs made on behalf of this call. */
  readonly legs: CalleeLeg[] = [];
  readonly dialplan: DialplanTurn[] = [];
  readonly steps: CallStep[] = [];
  answeredAtMs: number | null = null;
  endedAtMs: number | null = null;
  endedBy: "caller" | "asterisk" | "crash" | null = null;
  readonly #world: World;
  readonly #channel: Channel;
  readonly #script: CallerScript;
  readonly #onEnd: (call: SimulatedCall) => void;
  /** SIP messages to and from the caller keep their order. */
  readonly #gets: (task: () => void) => void;
  readonly #sends: (task: () => void) => void;
  #hangingUp = false;
  #waiting: (() => void)[] = [];
  /** Receives each response. Set by the code that placed the call for another leg. */
  onResponse: ((code: number) => void) | null = null;

  constructor(world: World, channel: Channel, options: CallOptions, onEnd: (call: SimulatedCall) => void) {
    this.#world = world;
    this.#channel = channel;
    this.id = channel.id;
    this.from = options.from;
    this.to = options.to;
    this.trunk = channel.endpoint;
    this.headers = options.headers ?? {};
    this.forwards = options.forwards ?? 0;
    this.startedAtMs = world.scheduler.nowMs();
    this.#script = options.caller ?? {};
    this.#onEnd = onEnd;
    this.#gets = world.scheduler.line(world.settings.timing.sipMs);
    this.#sends = world.scheduler.line(world.settings.timing.sipMs);
  }

  /** What the callee of the first leg received. */
  get calleeSaw(): CalleeLeg["invitation"] {
    return this.legs[0]?.invitation ?? null;
  }

  /** The final response; null before it. */
  get final(): number | null {
    const last = this.callerSaw.at(-1);
    return last !== undefined && last >= 200 ? last : null;
  }

  get ended(): boolean {
    return this.endedBy !== null;
  }

  /** Resolves when the caller's side is over. */
  whenEnded(): Promise<this> {
    return new Promise((resolve) => {
      if (this.ended) resolve(this);
      else this.#waiting.push(() => resolve(this));
    });
  }

  /** The caller gives up: CANCEL before the answer, BYE after it. */
  hangUp(): void {
    if (this.#hangingUp || this.ended) return;
    this.#hangingUp = true;
    this.#sends(() => {
      if (this.ended || this.#world.channels.get(this.id) !== this.#channel) return;
      if (this.answeredAtMs !== null) this.#bye();
      else if (this.#channel.state !== "Up") {
        this.callerSaw.push(487);
        this.#end("caller");
        remoteHungUp(this.#world, this.#channel, 487, causeOfSip(487));
      }
      // Otherwise the CANCEL has crossed the 200: once that arrives, the caller sends BYE.
    });
  }

  /** The caller presses a key. */
  press(digit: string): void {
    this.#sends(() =>
      this.#world.channelEvent(this.#channel, "ChannelDtmfReceived", { digit, duration_ms: 160 }),
    );
  }

  /** The call has reached a step that the caller's script may be waiting for. */
  reached(step: CallStep): void {
    if (this.steps.includes(step)) return;
    this.steps.push(step);
    const { hangsUp } = this.#script;
    if (hangsUp?.on === step) this.#world.scheduler.after(hangsUp.afterMs ?? 0, () => this.hangUp());
  }

  respond(code: number, identity: string | null): void {
    this.#gets(() => {
      if (this.ended) return;
      this.callerSaw.push(code);
      if (identity !== null) this.callerSawIdentities.push(identity);
      if (code === 200) {
        this.answeredAtMs = this.#world.scheduler.nowMs();
        if (this.#hangingUp) this.#sends(() => this.#bye());
      }
      this.onResponse?.(code);
      if (code === 180 || code === 183 || code === 200) this.reached(code);
    });
  }

  /** The caller's INVITE. Nothing that the caller sends later overtakes it. */
  dials(arrived: () => void): void {
    this.#sends(arrived);
  }

  invite(): void {
    throw new Error("Asterisk does not call a caller");
  }

  release(code: number): void {
    this.#gets(() => {
      if (this.ended) return;
      if (this.answeredAtMs === null) {
        this.callerSaw.push(code);
        this.onResponse?.(code);
      } else this.callerGotBye = true;
      this.#end("asterisk");
    });
  }

  /** Asterisk crashed. The caller gets no more responses. */
  crash(): void {
    if (!this.ended) this.#end("crash");
  }

  #bye(): void {
    if (this.ended || this.#channel.remoteGone) return;
    this.#end("caller");
    if (this.#world.channels.get(this.id) === this.#channel)
      remoteHungUp(this.#world, this.#channel, null, causeOfSip(200));
  }

  #end(by: "caller" | "asterisk" | "crash"): void {
    this.endedBy = by;
    this.endedAtMs = this.#world.scheduler.nowMs();
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#onEnd(this);
  }
}
