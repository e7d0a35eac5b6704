import { DialApplication } from "../dialApplication.ts";
import type { Channel } from "../state.ts";
import type { World } from "../world.ts";
import { epochOf } from "./callFile.ts";
import type { ConnectExtension, TrunkTurn } from "./extensions.ts";
import { callerCause, listOf, secondsOf, textOf } from "./globals.ts";
import { forwardedBy } from "./incoming.ts";

const rejected = 21;
/** How many legs that look alike may ring for one proxy number. */
const mostAlike = 10;

/** How `[connect]` ends without an answer. */
interface Ends {
  over(causeForCaller: number): void;
  cameBack(): void;
}

/** `[connect]`: dials over the trunks in turn, until a response is the callee's. */
export class Connect {
  readonly #world: World;
  readonly #channel: Channel;
  readonly #extension: ConnectExtension;
  readonly #end: Ends;
  #turn = 0;
  /** Its leg is among those that are counted, and must not count itself on the next trunk. */
  #isCounted = false;
  #dial: DialApplication | null = null;

  constructor(world: World, channel: Channel, extension: ConnectExtension, end: Ends) {
    this.#world = world;
    this.#channel = channel;
    this.#extension = extension;
    this.#end = end;
  }

  get legName(): string {
    return this.#dial?.legName ?? "";
  }

  start(): void {
    this.#next();
  }

  stop(): void {
    this.#dial?.stop();
  }

  #next(): void {
    const turn = this.#extension.trunks[this.#turn++];
    if (!turn || this.#channel.hungUp) return;
    const world = this.#world;
    const trunk = textOf(world, `TRUNK_${turn.index}`);
    const endpoint = turn.way === null ? trunk : `${trunk}-${turn.way}`;
    const number = this.#number(turn);
    if (this.#cameBack(turn.shows, number)) {
      this.#end.cameBack();
      return;
    }
    const shown = this.#shown(turn.shows, number);
    const variables = {
      TRUNK_OUT: trunk,
      SHOWN: shown,
      DIALLED_AT: this.#channel.variables.get("DIALLED_AT") || epochOf(world.scheduler.nowMs()),
      LEG_CAUSE: "",
      SIP_CODE: "",
    };
    for (const [name, value] of Object.entries(variables)) world.setVariable(this.#channel, name, value);
    const prefix = shown === "" ? "" : textOf(world, `TRUNK_${turn.index}_CALLER_PREFIX`);
    const dial = new DialApplication(
      world,
      this.#channel,
      {
        number: textOf(world, `TRUNK_${turn.index}_DIAL_PREFIX`) + this.#extension.real,
        endpoint,
        shown: prefix + shown,
        presented: shown !== "",
        ringSeconds: secondsOf(world, "RING_SECONDS"),
        silentSeconds: secondsOf(world, "SILENT_SECONDS"),
        limitSeconds: secondsOf(world, "MAX_CALL_SECONDS"),
      },
      () => this.#unanswered(dial),
    );
    this.#dial = dial;
    dial.start();
  }

  /** The number that the decision names for this trunk. */
  #number({ index, shows }: TrunkTurn): string {
    switch (shows) {
      case "d":
      case "r":
        return this.#extension.proxy;
      case "o":
      case "n":
        return this.#extension.number;
      case "f":
        return textOf(this.#world, `TRUNK_${index}_FIXED`);
      case "c":
        return this.#text("CALLER");
      case "a":
        return "";
    }
  }

  /** Only numbers can be shown, and the caller's own number only if the policy says so. */
  #shown(shows: TrunkTurn["shows"], number: string): string {
    if (shows === "d" || shows === "o" || shows === "r") return number;
    if (shows !== "c" && [this.#text("CALLER"), this.#text("HIDDEN")].includes(number)) return "";
    return /^\d{1,20}$/u.exec(number)?.[0] ?? "";
  }

  /** A leg that does not show a proxy number may have been forwarded back. */
  #cameBack(shows: TrunkTurn["shows"], number: string): boolean {
    if ((shows === "d" || shows === "o") && this.#text("CALLER") !== "") return false;
    const by = forwardedBy(this.#channel);
    if (shows === "r") return by !== null;
    const { groups } = this.#world;
    const { proxy, real } = this.#extension;
    const alike = this.#isCounted ? 0 : groups.count(`${this.#text("CALLER")}-${proxy}`, "legs");
    this.#isCounted = true;
    groups.set(this.#channel.id, "legs", `${number}-${proxy}`);
    return alike >= mostAlike || (by !== null && (alike > 0 || by.includes(real.slice(-7))));
  }

  #text(name: string): string {
    return this.#channel.variables.get(name) ?? "";
  }

  #unanswered(dial: DialApplication): void {
    const world = this.#world;
    const channel = this.#channel;
    if (channel.hungUp) return;
    const dialStatus = channel.variables.get("DIALSTATUS") ?? "";
    const sipCode = dial.sipCode >= 300 ? String(dial.sipCode) : "";
    world.setVariable(channel, "LEG_CAUSE", String(channel.hangupCause));
    world.setVariable(channel, "SIP_CODE", sipCode);
    if (this.#turn < this.#extension.trunks.length && this.#failsOver(dial, dialStatus, sipCode)) {
      this.#next();
      return;
    }
    // Dial() refuses a redirect as busy, without a code.
    const redirected = dialStatus === "BUSY" && sipCode === "";
    if (redirected) {
      world.setVariable(channel, "STATUS", "rejected");
      world.setVariable(channel, "REASON", "redirect_refused");
    }
    this.#end.over(redirected ? rejected : callerCause(dialStatus, sipCode));
  }

  /** A trunk that is full, down, or silent shows it before anything rings. */
  #failsOver(dial: DialApplication, dialStatus: string, sipCode: string): boolean {
    if (dial.heardSomething) return false;
    if (sipCode === "") return dialStatus === "CHANUNAVAIL";
    return sipCode.startsWith("5") || listOf(this.#world, "FAIL_OVER").includes(sipCode);
  }
}
