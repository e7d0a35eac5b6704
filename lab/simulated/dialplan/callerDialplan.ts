import { indicate } from "../bridging.ts";
import type { DialplanTurn, SimulatedCall } from "../call.ts";
import { hangUpQuietly } from "../hangup.ts";
import type { Channel, Pbx } from "../state.ts";
import { enterStasis, leaveStasis } from "../stasis.ts";
import { setAbsoluteTimeout } from "../variables.ts";
import type { World } from "../world.ts";
import { beginLine, endLine, epochOf } from "./callFile.ts";
import { Connect } from "./connect.ts";
import type { Outcome } from "./connect.ts";
import { parseConnect, parseRefuse } from "./extensions.ts";
import type { RefuseExtension } from "./extensions.ts";
import { formerArguments } from "./former.ts";
import { loadSettings, secondsOf, textOf } from "./globals.ts";
import { callFacts } from "./incoming.ts";
import type { Dialplan } from "./plan.ts";

/** What the channel is doing, which decides where a return from `Stasis()` and an expired timeout lead. */
type Stage = "deciding" | "working" | "telling" | "over";

/** `asterisk/extensions.conf` for one call: `[incoming]`, `[connect]`, `[refuse]`, `[fallback]`, and the handler. */
export class CallerDialplan implements Pbx {
  readonly #world: World;
  readonly #channel: Channel;
  readonly #call: SimulatedCall;
  readonly #plan: Dialplan;
  #stage: Stage = "deciding";
  #connect: Connect | null = null;
  #stopAnnouncement: () => void = () => undefined;
  /** Cause for the caller once the controller has been told. */
  #cause = 0;

  constructor(world: World, channel: Channel, call: SimulatedCall, plan: Dialplan) {
    this.#world = world;
    this.#channel = channel;
    this.#call = call;
    this.#plan = plan;
  }

  /** `[incoming]`: reads what the provider sent, and asks the controller. */
  start(): void {
    const world = this.#world;
    const channel = this.#channel;
    channel.pbx = this;
    for (const [name, value] of Object.entries(this.#call.headers))
      channel.variables.set(`PJSIP_HEADER(read,${name})`, value);
    if (this.#plan.former) {
      this.#enter(formerArguments(this.#call));
      return;
    }
    loadSettings(world);
    const facts = callFacts(world, this.#call);
    for (const [name, value] of Object.entries(facts)) world.setVariable(channel, name, value);
    channel.callerNumber = facts.CALLER;
    channel.accountCode = channel.id;
    if (facts.PROXY === "") {
      this.#refuse({
        status: "unknown_number",
        reason: "invalid_number",
        cause: 28,
        announcement: "",
        real: "",
      });
      return;
    }
    setAbsoluteTimeout(world, channel, this.#plan.decisionSeconds);
    const { DIALLED, PROXY, ALSO, TRUNK_IN, MARK, CALLER } = facts;
    this.#enter(["in", DIALLED, PROXY, ALSO, TRUNK_IN, MARK, CALLER, ""]);
  }

  returned(why: DialplanTurn["why"]): void {
    if (this.#channel.hungUp) return;
    if (this.#stage === "telling") {
      this.#hangUp(this.#cause);
      return;
    }
    const { context, extension } = this.#channel;
    if (why !== "continue" || context === "fallback" || context === "incoming") this.#fallBack(why);
    else if (context === "connect") this.#goToConnect(extension, "controller");
    else if (context === "refuse") this.#goToRefuse(extension, "controller");
    // No such context: the channel ends without a cause.
    else this.#hangUp(0);
  }

  expired(): boolean {
    const world = this.#world;
    const channel = this.#channel;
    if (this.#plan.former) return false;
    world.onThread(() => {
      if (channel.hungUp) return;
      const inStasis = channel.control !== null;
      leaveStasis(world, channel);
      if (this.#stage === "deciding" && inStasis) this.#fallBack("TIMEOUT");
      else if (this.#stage === "telling") this.#hangUp(this.#cause);
      else {
        this.#connect?.stop();
        this.#hangUp(channel.state === "Up" ? 16 : 34);
      }
    });
    return true;
  }

  ending(): void {
    this.#stage = "over";
    this.#connect?.stop();
    this.#stopAnnouncement();
    if (this.#plan.former) return;
    this.#plan.callFile(endLine(this.#world, this.#channel, this.#connect?.legName ?? ""));
  }

  /** `[fallback]`: its own lookup, and the same two contexts. */
  #fallBack(why: DialplanTurn["why"]): void {
    const world = this.#world;
    const channel = this.#channel;
    this.#stage = "working";
    if (why !== "continue") {
      channel.context = "fallback";
      channel.extension = "s";
      channel.priority = 1;
    }
    const { context: from, extension: at, priority } = channel;
    this.#call.dialplan.push({ why, context: from, extension: at, priority });
    setAbsoluteTimeout(world, channel, 0);
    if (!this.#plan.former) this.#plan.callFile(beginLine(world, channel));
    const text = (name: string): string => channel.variables.get(name) ?? "";
    const { path, context, extension } = this.#plan.lookup({
      dialled: text("DIALLED"),
      proxy: text("PROXY"),
      also: text("ALSO"),
      caller: text("CALLER"),
    });
    channel.context = context;
    channel.extension = extension;
    if (context === "connect") this.#goToConnect(extension, path);
    else this.#goToRefuse(extension, path);
  }

  #goToConnect(extension: string, path: string | null): void {
    const found = parseConnect(extension);
    if (!found) {
      this.#hangUp(38);
      return;
    }
    const world = this.#world;
    const channel = this.#channel;
    this.#stage = "working";
    world.setVariable(channel, "CALL_PATH", path ?? "");
    world.setVariable(channel, "REAL", found.real);
    const limit = secondsOf(world, "MAX_CALL_SECONDS");
    world.setVariable(channel, "LIMIT_SECONDS", String(limit));
    world.setVariable(channel, "DIALLED_AT", epochOf(world.scheduler.nowMs()));
    setAbsoluteTimeout(world, channel, limit + found.trunks.length * secondsOf(world, "RING_SECONDS"));
    this.#connect = new Connect(world, channel, found, (outcome) => this.#tell(outcome));
    this.#connect.start();
  }

  #goToRefuse(extension: string, path: string | null): void {
    const found = parseRefuse(extension);
    if (!found) {
      this.#hangUp(38);
      return;
    }
    this.#world.setVariable(this.#channel, "CALL_PATH", path ?? "");
    this.#refuse(found);
  }

  /** `[refuse]`: an announcement to the unanswered caller, then the cause. */
  #refuse({ status, reason, cause, announcement, real }: RefuseExtension): void {
    const world = this.#world;
    const channel = this.#channel;
    this.#stage = "working";
    setAbsoluteTimeout(world, channel, 0);
    world.setVariable(channel, "REAL", real);
    const outcome = { status, reason, cause, sipCode: 0, dialStatus: "", trunkOut: "" };
    const files = announcement === "" ? "" : textOf(world, `ANNOUNCE_${announcement.toUpperCase()}`);
    if (files === "") {
      this.#tell(outcome);
      return;
    }
    indicate(world, channel, "PROGRESS");
    world.runs(channel, "Playback", `${files},noanswer`);
    const lengths = files.split("&").map((file) => world.settings.mediaMs(`sound:${file}`) ?? 0);
    const lengthMs = lengths.reduce((sum, ms) => sum + ms, 0);
    this.#stopAnnouncement = world.scheduler.after(lengthMs, () => {
      if (!channel.hungUp) this.#tell(outcome);
    });
  }

  /** Tells the controller once what became of a call whose caller is still there; then the caller gets the cause. */
  #tell({ status, reason, cause, sipCode, dialStatus, trunkOut }: Outcome): void {
    const world = this.#world;
    const channel = this.#channel;
    if (channel.hungUp) return;
    if (this.#plan.former) {
      this.#hangUp(cause);
      return;
    }
    this.#stage = "telling";
    this.#cause = cause;
    world.setVariable(channel, "STATUS", status);
    world.setVariable(channel, "REASON", reason);
    world.setVariable(channel, "SIP_CODE", sipCode > 0 ? String(sipCode) : "");
    setAbsoluteTimeout(world, channel, this.#plan.endSeconds);
    const code = sipCode > 0 ? String(sipCode) : "";
    this.#enter(["end", status, reason, dialStatus, String(cause), code, trunkOut]);
  }

  #enter(args: readonly string[]): void {
    if (!enterStasis(this.#world, this.#channel, this.#plan.application, args)) this.returned("FAILED");
  }

  #hangUp(cause: number): void {
    this.#channel.hangupSource = "dialplan/builtin";
    hangUpQuietly(this.#world, this.#channel, cause);
  }
}
