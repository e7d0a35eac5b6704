import { Applications } from "./applications.ts";
import { causeText } from "./causes.ts";
import { Groups } from "./dialplan/groups.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Release, Settings } from "./settings.ts";
import { releaseOf } from "./settings.ts";
import type { Bridge, Channel, ChannelState, Network, Party, Pbx, Playback } from "./state.ts";
import { bridgeJson, channelJson, playbackJson } from "./state.ts";

interface NewChannel {
  readonly id?: string | undefined;
  readonly endpoint: string;
  readonly inbound: boolean;
  readonly callerNumber?: string;
  readonly context: string;
  readonly extension: string;
  readonly dialString?: string;
}

/** Used until the channel has its dialplan. */
const noDialplan: Pbx = { returned: () => undefined, expired: () => false, ending: () => undefined };

/** Used until the channel has its far end. */
const absent: Party = { respond: () => undefined, invite: () => undefined, release: () => undefined };

const rtpVariables = [
  "RTPAUDIOQOS",
  "RTPAUDIOQOSJITTER",
  "RTPAUDIOQOSLOSS",
  "RTPAUDIOQOSRTT",
  "RTPAUDIOQOSMES",
];

/** Everything in one Asterisk, and its events. */
export class World {
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly applications: Applications;
  readonly channels = new Map<string, Channel>();
  readonly bridges = new Map<string, Bridge>();
  readonly playbacks = new Map<string, Playback>();
  /** Globals of the dialplan: as extensions.conf sets them, whenever Asterisk starts. */
  readonly globalVariables = new Map<string, string>();
  /** AstDB, `FAMILY/KEY`, which survives restarts. */
  readonly database = new Map<string, string>();
  /** The dialplan's `GROUP()`, which detects loops. */
  readonly groups = new Groups();
  readonly network: Network;
  readonly release: Release;
  startedAtMs: number;
  /** Called when a frame of this size crashes Asterisk. */
  onDeadlyFrame: (bytes: number) => void = () => undefined;
  #channelNumber = 0;

  constructor(settings: Settings, scheduler: Scheduler, network: Network) {
    this.settings = settings;
    this.network = network;
    this.release = releaseOf(settings.version);
    this.scheduler = scheduler;
    this.applications = new Applications(scheduler, settings.entityId);
    this.startedAtMs = scheduler.nowMs();
    this.#loadGlobals();
  }

  /** Creates a channel on a trunk. */
  newChannel(made: NewChannel, far: (channel: Channel) => Party): Channel {
    const number = ++this.#channelNumber;
    const { systemName } = this.settings;
    const nowMs = this.scheduler.nowMs();
    const id = made.id ?? `${systemName && `${systemName}-`}${Math.floor(nowMs / 1000)}.${number}`;
    const channel: Channel = {
      id,
      source: `channel:${id}`,
      endpointSource: `endpoint:PJSIP/${made.endpoint}`,
      name: `PJSIP/${made.endpoint}-${number.toString(16).padStart(8, "0")}`,
      endpoint: made.endpoint,
      inbound: made.inbound,
      createdAtMs: nowMs,
      party: absent,
      variables: new Map(),
      reported: new Set(),
      state: made.inbound ? "Ring" : "Down",
      callerNumber: made.callerNumber ?? "",
      callerName: "",
      connectedNumber: "",
      connectedAllowed: true,
      context: made.context,
      extension: made.extension,
      priority: 1,
      appName: "",
      appData: "",
      linkedId: id,
      accountCode: "",
      pbx: noDialplan,
      dialler: null,
      control: null,
      bridge: null,
      playback: null,
      hangupCause: 0,
      techCause: 0,
      hangupSource: "",
      hungUp: false,
      remoteGone: false,
      dialString: made.dialString ?? "",
      dialled: false,
      earlyMedia: false,
      dialTimer: null,
      absoluteTimer: null,
      stasisOnAnswer: null,
    };
    channel.party = far(channel);
    this.channels.set(channel.id, channel);
    this.channelEvent(channel, "ChannelCreated");
    return channel;
  }

  /** Whether Asterisk survives sending this text in a frame (`ast_websocket_write` of res_http_websocket.c). */
  survivesFrame(text: string): boolean {
    const { deadlyFrameBytes } = this.settings;
    if (text.length * 3 <= deadlyFrameBytes) return true;
    const bytes = Buffer.byteLength(text);
    if (bytes <= deadlyFrameBytes) return true;
    this.onDeadlyFrame(bytes);
    return false;
  }

  onThread(task: () => void): () => void {
    return this.scheduler.after(this.settings.timing.threadMs, task);
  }

  /** Publishes an event about one channel, to the subscribers of the channel and of its endpoint. */
  channelEvent(channel: Channel, type: string, more?: Readonly<Record<string, unknown>>): void {
    const fields = (): Readonly<Record<string, unknown>> => ({ ...more, channel: channelJson(channel) });
    this.applications.publish(channel.source, channel.source, type, fields);
    this.applications.publish(channel.endpointSource, channel.source, type, fields);
  }

  bridgeEvent(bridge: Bridge, type: string, channel?: Channel): void {
    this.applications.publish(bridge.source, bridge.source, type, () => ({
      bridge: bridgeJson(bridge),
      ...(channel && { channel: channelJson(channel) }),
    }));
  }

  setState(channel: Channel, state: ChannelState): void {
    if (channel.state === state) return;
    channel.state = state;
    this.channelEvent(channel, "ChannelStateChange");
  }

  /** The other side's number as this channel sees it. */
  connect(channel: Channel, number: string): void {
    if (channel.connectedNumber === number) return;
    channel.connectedNumber = number;
    this.channelEvent(channel, "ChannelConnectedLine");
  }

  /**
   * The progress of an attempt to reach the callee. `Dial()` reports it on the caller's channel, a request on the
   * leg. For a request, there is no final status: that is the cause in `ChannelDestroyed`.
   */
  dialEvent(channel: Channel, status: string, forward = ""): void {
    const caller = channel.dialler?.caller;
    const { source } = caller ?? channel;
    this.applications.publish(source, source, "Dial", () => ({
      ...(caller && { caller: channelJson(caller) }),
      dialstatus: status,
      forward,
      dialstring: status === "" ? channel.dialString : "",
      peer: channelJson(channel),
    }));
  }

  hangupRequested(channel: Channel, cause: number, soft: boolean): void {
    this.channelEvent(channel, "ChannelHangupRequest", {
      ...(cause > 0 && { cause }),
      ...(soft && { soft: true }),
      ...(channel.techCause > 0 && this.release.tellsTechCause && { tech_cause: channel.techCause }),
    });
  }

  destroyed(channel: Channel): void {
    this.channelEvent(channel, "ChannelDestroyed", {
      cause: channel.hangupCause,
      cause_txt: causeText(channel.hangupCause),
      ...(channel.techCause > 0 && this.release.tellsTechCause && { tech_cause: channel.techCause }),
    });
  }

  playbackEvent(playback: Playback, source: string, type: string): void {
    this.applications.publish(source, source, type, () => ({ playback: playbackJson(playback) }));
  }

  /** An application starts on the channel. */
  runs(channel: Channel, name: string, data: string): void {
    channel.appName = name;
    channel.appData = data;
    this.channelEvent(channel, "ChannelDialplan", { dialplan_app: name, dialplan_app_data: data });
  }

  setVariable(channel: Channel, variable: string, value: string): void {
    channel.variables.set(variable, value);
    this.varset(channel, variable, value);
  }

  varset(channel: Channel, variable: string, value: string): void {
    if (this.settings.varsets) this.channelEvent(channel, "ChannelVarset", { variable, value });
  }

  /** The statistics that Asterisk writes into variables when a leg with RTP ends. */
  rtpVarsets(channel: Channel): void {
    if (!this.settings.varsets) return;
    for (const variable of rtpVariables) this.varset(channel, variable, "ssrc=1;rxcount=0;txcount=0");
    for (const variable of channel.bridge ? rtpVariables : [])
      this.varset(channel, `${variable}BRIDGED`, "ssrc=1;rxcount=0;txcount=0");
  }

  /** Asterisk was killed, and everything in it is lost. */
  clear(): void {
    this.scheduler.restart();
    this.applications.clear();
    this.channels.clear();
    this.bridges.clear();
    this.playbacks.clear();
    this.groups.clear();
    this.#loadGlobals();
    this.startedAtMs = this.scheduler.nowMs();
  }

  #loadGlobals(): void {
    this.globalVariables.clear();
    for (const [name, value] of Object.entries(this.settings.globals)) this.globalVariables.set(name, value);
  }
}
