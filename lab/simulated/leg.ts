import { hopHeader, hopMark } from "./dialplan/plan.ts";
import {
  remoteAnswered,
  remoteBye,
  remoteProgress,
  remoteRedirected,
  remoteRefused,
  remoteRinging,
} from "./dialling.ts";
import type { Cancel } from "./scheduler.ts";
import type { CalleeScript, CalleeStep } from "./scripts.ts";
import type { Channel, Party } from "./state.ts";
import type { World } from "./world.ts";

/** Asterisk's SIP stack gives up an INVITE that gets no response (timer B). */
const inviteTimeoutMs = 32_000;

/** The INVITE as received by the callee: everything in it that identifies a party. */
interface SeenInvite {
  /** Number in From, or `anonymous`. */
  readonly from: string;
  readonly pai: string | null;
  readonly rpid: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The callee's phone: follows a script, and remembers what Asterisk sent. */
export class CalleeLeg implements Party {
  readonly number: string;
  readonly trunk: string;
  readonly channelId: string;
  invitation: SeenInvite | null = null;
  /** Requests that Asterisk sent. */
  readonly got: ("INVITE" | "CANCEL" | "ACK" | "BYE")[] = [];
  /** Responses that the callee sent. */
  readonly sent: number[] = [];
  #state: "idle" | "invited" | "answered" | "ended" = "idle";
  readonly #waiting: (() => void)[] = [];
  readonly #world: World;
  readonly #channel: Channel;
  readonly #script: CalleeScript;
  readonly #forward: ((leg: CalleeLeg) => void) | null;
  /** SIP messages to and from the callee keep their order. */
  readonly #gets: (task: () => void) => void;
  readonly #sends: (task: () => void) => void;
  #timer: Cancel | null = null;

  constructor(
    world: World,
    channel: Channel,
    to: { readonly trunk: string; readonly number: string },
    script: CalleeScript,
    forward: ((leg: CalleeLeg) => void) | null,
  ) {
    this.#world = world;
    this.#channel = channel;
    this.number = to.number;
    this.trunk = to.trunk;
    this.channelId = channel.id;
    this.#script = script;
    this.#forward = forward;
    this.#gets = world.scheduler.line(world.settings.timing.sipMs);
    this.#sends = world.scheduler.line(world.settings.timing.sipMs);
  }

  respond(): void {
    throw new Error("Asterisk has no INVITE of a callee to respond to");
  }

  invite(from: string | null): void {
    this.#gets(() => {
      this.got.push("INVITE");
      this.#state = "invited";
      this.invitation = {
        from: from ?? "anonymous",
        pai: from,
        rpid: from,
        headers: { [hopHeader]: hopMark, ...headersOf(this.#channel) },
      };
      if (this.#script.silent)
        this.#timer = this.#world.scheduler.after(inviteTimeoutMs, () => {
          this.#end();
          remoteRefused(this.#world, this.#channel, 408);
        });
      else if (this.#forward) this.#forward(this);
      else this.#play(0);
    });
  }

  release(): void {
    this.#gets(() => {
      if (this.#state === "idle" || this.#state === "ended") return;
      this.#timer?.();
      if (this.#state === "answered") {
        this.got.push("BYE");
        this.sent.push(200);
      } else if (!this.#script.silent) {
        // An INVITE without any response cannot be cancelled yet.
        this.got.push("CANCEL");
        if (this.#script.onCancel === "answer") {
          this.sent.push(200);
          this.got.push("ACK", "BYE");
        } else this.sent.push(487);
      }
      this.#end();
      this.onReleased?.();
    });
  }

  get state(): "idle" | "invited" | "answered" | "ended" {
    return this.#state;
  }

  /** Resolves when the callee's side is over. */
  whenEnded(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#state === "ended") resolve();
      else this.#waiting.push(resolve);
    });
  }

  /** Called when Asterisk has ended the leg. Set by the code that plays the callee. */
  onReleased: (() => void) | null = null;

  /** The callee does one thing now, outside its script. */
  does(step: CalleeStep): void {
    if (this.#state === "ended" || this.#state === "idle") return;
    const world = this.#world;
    const channel = this.#channel;
    switch (step.does) {
      case "rings":
        this.#send(180, () => remoteRinging(world, channel));
        return;
      case "progresses":
        this.#send(183, () => remoteProgress(world, channel));
        return;
      case "answers":
        this.#state = "answered";
        this.#send(200, () => {
          remoteAnswered(world, channel);
          this.got.push("ACK");
        });
        return;
      case "hangsUp":
        this.#end();
        this.#sends(() => remoteBye(world, channel));
        return;
      case "refuses":
        this.#end();
        this.#send(step.code, () => remoteRefused(world, channel, step.code));
        return;
      case "redirects":
        this.#end();
        this.#send(302, () => remoteRedirected(world, channel, step.to));
        return;
      case "presses":
        this.#sends(() => world.channelEvent(channel, "ChannelDtmfReceived", dtmf(step.digit)));
        return;
      case "holds":
        this.#sends(() => world.channelEvent(channel, "ChannelHold", { musicclass: "N/A" }));
        return;
      case "resumes":
        this.#sends(() => world.channelEvent(channel, "ChannelUnhold"));
    }
  }

  #end(): void {
    this.#state = "ended";
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #play(index: number): void {
    const step = this.#script.steps[index];
    if (!step) return;
    this.#timer = this.#world.scheduler.after(step.afterMs ?? 0, () => {
      this.does(step);
      this.#play(index + 1);
    });
  }

  #send(code: number, arrived: () => void): void {
    this.sent.push(code);
    this.#sends(arrived);
  }
}

const dtmf = (digit: string): Readonly<Record<string, unknown>> => ({ digit, duration_ms: 160 });

const headerVariable = /^PJSIP_HEADER\(add,(.+)\)$/u;

/** Headers that were added to the leg before it was dialled. */
function headersOf(channel: Channel): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [variable, value] of channel.variables) {
    const name = headerVariable.exec(variable)?.[1];
    if (name !== undefined) headers[name] = value;
  }
  return headers;
}
