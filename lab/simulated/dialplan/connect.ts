import { DialApplication } from "../dialApplication.ts";
import type { Channel } from "../state.ts";
import type { World } from "../world.ts";
import { epochOf } from "./callFile.ts";
import type { ConnectExtension, TrunkTurn } from "./extensions.ts";
import { callerCause, listOf, secondsOf, textOf } from "./globals.ts";

const rejected = 21;

/** `[connect]`: dials over the trunks in turn, until one of them has an answer that is the callee's. */
export class Connect {
  readonly #world: World;
  readonly #channel: Channel;
  readonly #extension: ConnectExtension;
  readonly #done: (causeForCaller: number) => void;
  #turn = 0;
  #dial: DialApplication | null = null;

  constructor(
    world: World,
    channel: Channel,
    extension: ConnectExtension,
    done: (causeForCaller: number) => void,
  ) {
    this.#world = world;
    this.#channel = channel;
    this.#extension = extension;
    this.#done = done;
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
    const shown = this.#shown(turn);
    const variables = {
      TRUNK_OUT: trunk,
      SHOWN: shown,
      DIALLED_AT: epochOf(world.scheduler.nowMs()),
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

  #shown({ index, shows }: TrunkTurn): string {
    switch (shows) {
      case "d":
        return this.#extension.proxy;
      case "c":
        // What is not a number cannot be shown.
        return /^\d{1,20}$/u.exec(this.#channel.variables.get("CALLER") ?? "")?.[0] ?? "";
      case "n":
        return this.#extension.number || textOf(this.#world, `TRUNK_${index}_FIXED`);
      case "f":
        return textOf(this.#world, `TRUNK_${index}_FIXED`);
      case "a":
        return "";
    }
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
    this.#done(redirected ? rejected : callerCause(dialStatus, sipCode));
  }

  /** A trunk that is full, down, or silent says so before anything rings. */
  #failsOver(dial: DialApplication, dialStatus: string, sipCode: string): boolean {
    if (dial.heardSomething) return false;
    if (sipCode === "") return dialStatus === "CHANUNAVAIL";
    return sipCode.startsWith("5") || listOf(this.#world, "FAIL_OVER").includes(sipCode);
  }
}
