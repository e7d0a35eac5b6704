import { DialApplication } from "../dialApplication.ts";
import type { Channel } from "../state.ts";
import type { World } from "../world.ts";
import type { ConnectExtension, TrunkTurn } from "./extensions.ts";
import { listOf, secondsOf, textOf } from "./globals.ts";

/** What became of an unanswered call, as `Stasis(app,end,…)` tells it. */
export interface Outcome {
  readonly status: string;
  readonly reason: string;
  readonly dialStatus: string;
  /** For the caller. */
  readonly cause: number;
  /** Of the last leg, 0 without one. */
  readonly sipCode: number;
  readonly trunkOut: string;
}

const noCircuit = 34;
const noAnswer = 19;
const rejected = 21;

/** `[connect]`: dials over the trunks in turn, until one of them has an answer that is the callee's. */
export class Connect {
  readonly #world: World;
  readonly #channel: Channel;
  readonly #extension: ConnectExtension;
  readonly #done: (outcome: Outcome) => void;
  #turn = 0;
  #dial: DialApplication | null = null;

  constructor(world: World, channel: Channel, extension: ConnectExtension, done: (outcome: Outcome) => void) {
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
    world.setVariable(this.#channel, "TRUNK_OUT", trunk);
    world.setVariable(this.#channel, "SHOWN", shown);
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
      () => this.#unanswered(dial, trunk),
    );
    this.#dial = dial;
    dial.start();
  }

  #shown({ index, shows }: TrunkTurn): string {
    switch (shows) {
      case "d":
        return this.#extension.proxy;
      case "c":
        return this.#channel.variables.get("CALLER") ?? "";
      case "n":
        return this.#extension.number;
      case "f":
        return textOf(this.#world, `TRUNK_${index}_FIXED`);
      case "a":
        return "";
    }
  }

  #unanswered(dial: DialApplication, trunk: string): void {
    if (this.#channel.hungUp) return;
    const dialStatus = this.#channel.variables.get("DIALSTATUS") ?? "";
    const { sipCode } = dial;
    if (this.#turn < this.#extension.trunks.length && this.#failsOver(dialStatus, sipCode)) {
      this.#next();
      return;
    }
    // A callee who is busy has cause 17.
    const redirected = dialStatus === "BUSY" && this.#channel.hangupCause === 0;
    this.#done({
      status: redirected ? "rejected" : "",
      reason: redirected ? "redirect_refused" : "",
      dialStatus,
      cause: redirected ? rejected : this.#causeFor(dialStatus),
      sipCode,
      trunkOut: trunk,
    });
  }

  /** A trunk without an answer of its own, or one that says that it is the trunk that fails. */
  #failsOver(dialStatus: string, sipCode: number): boolean {
    if (sipCode === 0) return dialStatus === "CHANUNAVAIL";
    return sipCode >= 500 && sipCode < 600
      ? true
      : listOf(this.#world, "FAIL_OVER").includes(String(sipCode));
  }

  /** Dial() leaves no cause where it gave up by itself. */
  #causeFor(dialStatus: string): number {
    const { hangupCause } = this.#channel;
    if (dialStatus === "NOANSWER") return noAnswer;
    return hangupCause === 0 || hangupCause === 3 ? noCircuit : hangupCause;
  }
}
