import { indicate } from "../bridging.ts";
import type { DialplanTurn, SimulatedCall } from "../call.ts";
import { hangUpQuietly, softHangUp } from "../hangup.ts";
import type { Channel, Pbx } from "../state.ts";
import { enterStasis, leaveStasis } from "../stasis.ts";
import { setAbsoluteTimeout } from "../variables.ts";
import type { World } from "../world.ts";
import { beginLine, endLine } from "./callFile.ts";
import { Connect } from "./connect.ts";
import { parseConnect, parseRefuse } from "./extensions.ts";
import type { ConnectExtension, RefuseExtension } from "./extensions.ts";
import { loadSettings, secondsOf, textOf } from "./globals.ts";
import { callFacts, forwardedBy } from "./incoming.ts";
import type { Dialplan, FallbackAnswer } from "./plan.ts";
import { refusal } from "./plan.ts";

const networkOutOfOrder = 38;
const normalClearing = 16;
/** How long a controller that has taken a call may take to dial. */
const secondsToDial = 1;
/** How long an unanswered call waits for its controller. */
const secondsToRead = 1;

/** What the channel is doing. It decides what follows a return from `Stasis()` or an expired timeout. */
type Stage = "deciding" | "held" | "working" | "telling" | "over";

/** `asterisk/extensions.conf` for one call: `[incoming]`, `[connect]`, `[refuse]`, `[fallback]`, and the handler. */
export class CallerDialplan implements Pbx {
  readonly #world: World;
  readonly #channel: Channel;
  readonly #call: SimulatedCall;
  readonly #plan: Dialplan;
  #stage: Stage = "deciding";
  /** The events of the call that the controller gets. */
  #given: readonly string[] = [];
  #connect: Connect | null = null;
  #stopAnnouncement: () => void = () => undefined;
  /** The caller's cause once the controller has been told. */
  #cause = 0;

  constructor(world: World, channel: Channel, call: SimulatedCall, plan: Dialplan) {
    this.#world = world;
    this.#channel = channel;
    this.#call = call;
    this.#plan = plan;
  }

  /** `[incoming]`: reads what the provider sent, and hands the call to the controller. */
  start(): void {
    const world = this.#world;
    const channel = this.#channel;
    channel.pbx = this;
    for (const [name, value] of Object.entries(this.#call.headers))
      channel.variables.set(`PJSIP_HEADER(read,${name})`, value);
    loadSettings(world);
    const facts = callFacts(world, this.#call);
    this.#set(facts);
    channel.accountCode = channel.id;
    this.#moveTo("read");
    setAbsoluteTimeout(world, channel, secondsOf(world, "DEADLINE"));
    const { DIALLED, PROXY, ALSO, TRUNK_IN, MARK, CALLER, HIDDEN } = facts;
    const by = textOf(world, "CONNECT") === "bridge" ? forwardedBy(channel) : null;
    const forwarded = by === null ? "" : `1${by.slice(0, 200)}`;
    this.#given = [DIALLED, PROXY, ALSO, TRUNK_IN, MARK, CALLER, forwarded, HIDDEN];
    this.#enter(["in", ...this.#given]);
  }

  returned(why: DialplanTurn["why"]): void {
    if (this.#channel.hungUp) return;
    if (this.#stage === "telling") {
      this.#hangUp(this.#cause);
      return;
    }
    const { context, extension } = this.#channel;
    if (why === "continue" && context === "held") this.#hold();
    else if (why !== "continue" || context === "fallback" || context === "read") this.#fallBack(why);
    else {
      this.#world.setVariable(this.#channel, "CALL_PATH", "controller");
      this.#goTo(context, extension);
    }
  }

  expired(): boolean {
    const world = this.#world;
    const channel = this.#channel;
    world.onThread(() => {
      if (channel.hungUp) return;
      const inStasis = channel.control !== null;
      leaveStasis(world, channel);
      if (this.#stage === "deciding" && inStasis) this.#fallBack("TIMEOUT");
      else if (this.#stage === "held" && channel.state !== "Up") this.#giveUpController();
      else if (this.#stage === "telling") this.#hangUp(this.#cause);
      else {
        this.#connect?.stop();
        this.#hangUp(networkOutOfOrder);
      }
    });
    return true;
  }

  ending(): void {
    this.#stage = "over";
    this.#connect?.stop();
    this.#stopAnnouncement();
    this.#world.groups.leave(this.#channel.id);
    this.#plan.callFile(endLine(this.#world, this.#channel));
  }

  /** `[held]`: the controller has taken the call and connects it itself. */
  #hold(): void {
    this.#stage = "held";
    this.#moveTo("held");
    setAbsoluteTimeout(this.#world, this.#channel, secondsToDial);
    this.#enter(["held", ...this.#given]);
  }

  /** `T` of `[held]`: releases the leg that the controller has made, if it has told of it. */
  #giveUpController(): void {
    const world = this.#world;
    const link = `SHARED(OTHER_LEG,${this.#channel.name})`;
    const legName = world.globalVariables.get(link);
    world.globalVariables.delete(link);
    for (const leg of world.channels.values())
      if (leg.name === legName) softHangUp(world, leg, normalClearing);
    this.#fallBack("TIMEOUT");
  }

  /** Of the whole call. */
  get #limitSeconds(): number {
    const seconds = (name: string): number => secondsOf(this.#world, name);
    return seconds("RING_SECONDS") * seconds("TRUNKS") + seconds("MAX_CALL_SECONDS") + 60;
  }

  /** `[fallback]`: its own lookup, and the same two contexts. */
  #fallBack(why: DialplanTurn["why"]): void {
    const world = this.#world;
    const channel = this.#channel;
    this.#stage = "working";
    this.#moveTo("fallback");
    const { context: from, extension: at, priority } = channel;
    this.#call.dialplan.push({ why, context: from, extension: at, priority });
    setAbsoluteTimeout(world, channel, 0);
    this.#plan.callFile(beginLine(world, channel));
    const { path, context, extension } = this.#lookUp();
    world.setVariable(channel, "CALL_PATH", path);
    this.#goTo(context, extension);
  }

  #lookUp(): FallbackAnswer {
    const text = (name: string): string => this.#channel.variables.get(name) ?? "";
    if (text("PROXY") === "") return refusal("unknown_number*invalid_number*28**");
    if (text("MARK") !== "" || text("CALLER") + text("HIDDEN") === text("PROXY"))
      return refusal("loop*came_back*25**");
    return this.#plan.lookup({
      dialled: text("DIALLED"),
      proxy: text("PROXY"),
      also: text("ALSO"),
      caller: text("CALLER"),
    });
  }

  #goTo(context: string, extension: string): void {
    this.#stage = "working";
    this.#moveTo(context, extension);
    const connect = context === "connect" ? parseConnect(extension) : null;
    const refuse = context === "refuse" ? parseRefuse(extension) : null;
    if (connect) this.#connectTo(connect);
    else if (refuse) this.#refuse(refuse);
    // The extension `i`; without such a context the channel ends without a cause.
    else this.#hangUp(context === "connect" || context === "refuse" ? networkOutOfOrder : 0);
  }

  #connectTo(found: ConnectExtension): void {
    const world = this.#world;
    const channel = this.#channel;
    const { real, proxy, trunks } = found;
    const talkSeconds = secondsOf(world, "MAX_CALL_SECONDS");
    const direction = trunks[0]?.shows === "r" ? "return" : "";
    this.#set({ REAL: real, PROXY: proxy, LIMIT_SECONDS: String(talkSeconds), DIRECTION: direction });
    setAbsoluteTimeout(world, channel, this.#limitSeconds);
    this.#connect = new Connect(world, channel, found, {
      over: (cause) => this.#over(cause),
      cameBack: () => this.#goTo("refuse", `loop*came_back*25**${real}`),
    });
    this.#connect.start();
  }

  /** `[refuse]`: an announcement to the unanswered caller, then the cause. */
  #refuse({ status, reason, cause, announcement, real, found, returns }: RefuseExtension): void {
    const world = this.#world;
    const channel = this.#channel;
    setAbsoluteTimeout(world, channel, 60);
    this.#set({ STATUS: status, REASON: reason, REAL: real, ...(found === "" ? {} : { PROXY: found }) });
    if (returns) this.#set({ DIRECTION: "return" });
    const sounds = announcement === "" ? "" : textOf(world, `ANNOUNCE_${announcement.toUpperCase()}`);
    if (sounds === "") {
      this.#hangUp(cause);
      return;
    }
    indicate(world, channel, "PROGRESS");
    world.runs(channel, "Playback", `${sounds},noanswer`);
    const lengths = sounds.split("&").map((file) => world.settings.mediaMs(`sound:${file}`) ?? 0);
    const lengthMs = lengths.reduce((sum, ms) => sum + ms, 0);
    this.#stopAnnouncement = world.scheduler.after(lengthMs, () => {
      if (!channel.hungUp) this.#over(cause);
    });
  }

  /**
   * `[over]`: while the caller is still there, the controller that decided is told once. Then the caller gets the
   * cause.
   */
  #over(cause: number): void {
    const world = this.#world;
    const { variables } = this.#channel;
    const text = (name: string): string => variables.get(name) ?? "";
    if (text("CALL_PATH") !== "controller") {
      this.#hangUp(cause);
      return;
    }
    this.#stage = "telling";
    this.#cause = cause;
    this.#moveTo("over");
    setAbsoluteTimeout(world, this.#channel, secondsToRead);
    const names = ["STATUS", "REASON", "DIALSTATUS", "LEG_CAUSE", "SIP_CODE", "TRUNK_OUT"];
    this.#enter(["end", ...names.map(text)]);
  }

  /** Where `GET /channels` shows the call. */
  #moveTo(context: string, extension = "s"): void {
    Object.assign(this.#channel, { context, extension, priority: 1 });
  }

  #set(variables: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(variables))
      this.#world.setVariable(this.#channel, name, value);
  }

  #enter(args: readonly string[]): void {
    if (!enterStasis(this.#world, this.#channel, this.#plan.application, args)) this.returned("FAILED");
  }

  #hangUp(cause: number): void {
    this.#channel.hangupSource = "dialplan/builtin";
    hangUpQuietly(this.#world, this.#channel, cause);
  }
}
