import { indicate, joinDialBridge, leaveDialBridge } from "./bridging.ts";
import { invite, newLeg } from "./dialling.ts";
import { hangUpQuietly } from "./hangup.ts";
import type { Cancel } from "./scheduler.ts";
import type { Bridge, Channel, Dialler, Signal } from "./state.ts";
import type { World } from "./world.ts";

/**
 * `Dial(PJSIP/NUMBER@ENDPOINT,RING^SILENT,iIf(SHOWN)u(PRESENTATION)S(LIMIT))` as app_dial.c runs it. Its events and
 * variables for each outcome were traced on Asterisk 22.10.1.
 */
interface DialRequest {
  readonly number: string;
  readonly endpoint: string;
  /** The caller ID of the leg, and whether it may be presented. */
  readonly shown: string;
  readonly presented: boolean;
  readonly ringSeconds: number;
  /** A trunk that neither rings nor progresses for this long counts as unavailable; 0: never. */
  readonly silentSeconds: number;
  /** Of the conversation; 0: unlimited. */
  readonly limitSeconds: number;
}

/** Values of `DIALSTATUS`. */
type DialStatus = "CHANUNAVAIL" | "CONGESTION" | "BUSY" | "NOANSWER" | "CANCEL" | "ANSWER";

const noRoute = 3;
const normalClearing = 16;

/** `handle_cause`: the status of the attempt, from the hangup cause of its only leg. */
function statusOf(cause: number): DialStatus {
  switch (cause) {
    case 17:
      return "BUSY";
    case 34:
      return "CONGESTION";
    case 16:
    case 19:
      return "NOANSWER";
    default:
      return "CHANUNAVAIL";
  }
}

/** One `Dial()`, from its start until it is over. */
export class DialApplication implements Dialler {
  readonly caller: Channel;
  readonly #world: World;
  readonly #request: DialRequest;
  /** Not answered, and the caller is still there: the dialplan continues. */
  readonly #onUnanswered: () => void;
  readonly #timers: Cancel[] = [];
  readonly #startedAtMs: number;
  #answeredAtMs: number | null = null;
  #leg: Channel | null = null;
  #bridge: Bridge | null = null;
  #redirected = false;
  #over = false;

  constructor(world: World, caller: Channel, request: DialRequest, onUnanswered: () => void) {
    this.#world = world;
    this.caller = caller;
    this.#request = request;
    this.#onUnanswered = onUnanswered;
    this.#startedAtMs = world.scheduler.nowMs();
    caller.hangupCause = 0;
    for (const name of ["DIALSTATUS", "ANSWEREDTIME_MS", "DIALEDTIME_MS", "RINGTIME_MS", "PROGRESSTIME_MS"])
      world.setVariable(caller, name, "");
  }

  /** Name of the leg's channel; empty if there is none. */
  get legName(): string {
    return this.#leg?.name ?? "";
  }

  /** What `HANGUPCAUSE()` reports for the leg: its final SIP response; 0 without one, and after a redirect. */
  get sipCode(): number {
    return this.#redirected ? 0 : (this.#leg?.techCause ?? 0);
  }

  start(): void {
    const { number, endpoint, shown, presented, ringSeconds, silentSeconds, limitSeconds } = this.#request;
    const dialString = `${number}@${endpoint}`;
    const limit = limitSeconds > 0 ? `S(${limitSeconds})` : "";
    const options = `iIf(${shown})u(${presented ? "allowed" : "prohib"})${limit}`;
    const wait = silentSeconds > 0 ? `${ringSeconds}^${silentSeconds}` : ringSeconds;
    this.#world.runs(this.caller, "Dial", `PJSIP/${dialString},${wait},${options}`);
    const leg = newLeg(this.#world, {
      channelId: undefined,
      trunk: endpoint,
      number,
      dialString,
      originator: this.caller,
    });
    if (!leg) {
      this.#unanswered("CHANUNAVAIL", noRoute);
      return;
    }
    this.#leg = leg;
    leg.dialler = this;
    this.#introduce(leg);
    this.#world.network.reached(this.caller, "created");
    this.#after(ringSeconds, () => this.#giveUp("NOANSWER"));
    if (silentSeconds > 0)
      this.#after(silentSeconds, () => {
        if (!this.heardSomething) this.#giveUp("CHANUNAVAIL");
      });
    this.#world.onThread(() => {
      if (!leg.hungUp) invite(this.#world, leg, 0);
    });
  }

  heard(signal: Signal): void {
    if (this.#over || this.caller.hungUp) return;
    const name = signal === "RINGING" ? "RINGTIME_MS" : "PROGRESSTIME_MS";
    if (signal === "ANSWER") this.#answered();
    else if (this.caller.variables.get(name) === "")
      this.#world.setVariable(this.caller, name, String(this.#sinceMs(this.#startedAtMs)));
    indicate(this.#world, this.caller, signal);
  }

  redirected(): void {
    this.#redirected = true;
  }

  gone(): void {
    if (this.#over || !this.#leg) return;
    const { hangupCause, hangupSource } = this.#leg;
    if (this.#answeredAtMs !== null) {
      if (this.caller.hangupSource === "") this.caller.hangupSource = hangupSource;
      // The leg's own cause, for example after missing RTP, does not reach the caller's channel.
      hangUpQuietly(this.#world, this.caller, normalClearing);
    } else if (this.#redirected) this.#unanswered("BUSY", 0);
    else this.#unanswered(statusOf(hangupCause), hangupCause);
  }

  /** The caller hangs up or its absolute timeout expires: the leg ends. */
  stop(): void {
    if (this.#over) return;
    const answered = this.#answeredAtMs !== null;
    this.#finish(answered ? "ANSWER" : "CANCEL");
    if (!this.#leg || this.#leg.hungUp) return;
    hangUpQuietly(
      this.#world,
      this.#leg,
      answered ? normalClearing : this.caller.hangupCause || normalClearing,
    );
  }

  /** The events of a new leg. The first one does not name the call it belongs to. */
  #introduce(leg: Channel): void {
    const world = this.#world;
    leg.accountCode = this.caller.accountCode;
    leg.extension = this.caller.extension;
    world.runs(leg, "AppDial", "(Outgoing Line)");
    leg.callerNumber = this.caller.extension;
    world.channelEvent(leg, "ChannelCallerId", {
      caller_presentation: 0,
      caller_presentation_txt: "Presentation Allowed, Not Screened",
    });
    leg.connectedAllowed = this.#request.presented;
    world.connect(leg, this.#request.shown);
  }

  #answered(): void {
    const leg = this.#leg;
    if (!leg) return;
    this.#stopTimers();
    this.#answeredAtMs = this.#world.scheduler.nowMs();
    leg.extension = "";
    this.#world.runs(leg, "AppDial", "(Outgoing Line)");
    this.#bridge = joinDialBridge(this.#world, [this.caller, leg]);
    if (this.#request.limitSeconds > 0)
      this.#after(this.#request.limitSeconds, () => hangUpQuietly(this.#world, this.caller, normalClearing));
  }

  get heardSomething(): boolean {
    const { variables } = this.caller;
    return variables.get("RINGTIME_MS") !== "" || variables.get("PROGRESSTIME_MS") !== "";
  }

  #giveUp(status: DialStatus): void {
    if (this.#over || this.#answeredAtMs !== null || this.#leg?.hungUp) return;
    this.#unanswered(status, 0);
    if (this.#leg) hangUpQuietly(this.#world, this.#leg, 0);
  }

  #unanswered(status: DialStatus, cause: number): void {
    this.#finish(status);
    this.caller.hangupCause = cause;
    if (!this.caller.hungUp) this.#world.onThread(this.#onUnanswered);
  }

  #finish(status: DialStatus): void {
    this.#over = true;
    this.#stopTimers();
    if (this.#bridge) leaveDialBridge(this.#world, this.#bridge);
    const { caller } = this;
    this.#world.setVariable(caller, "DIALSTATUS", status);
    if (this.#answeredAtMs === null) return;
    this.#world.setVariable(caller, "ANSWEREDTIME_MS", String(this.#sinceMs(this.#answeredAtMs)));
    this.#world.setVariable(caller, "DIALEDTIME_MS", String(this.#sinceMs(this.#startedAtMs)));
  }

  #sinceMs(atMs: number): number {
    return Math.round(this.#world.scheduler.nowMs() - atMs);
  }

  #after(seconds: number, act: () => void): void {
    this.#timers.push(this.#world.scheduler.after(seconds * 1000, act));
  }

  #stopTimers(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}
