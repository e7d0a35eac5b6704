import { Applications } from "./applications.ts";
import { causeText } from "./causes.ts";
import type { Range } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Bridge, Channel, ChannelState, Network, Party, Playback } from "./state.ts";
import { bridgeJson, channelJson, playbackJson } from "./state.ts";

/** How long Asterisk and the network take; a range is drawn from for each use. */
export interface Timing {
  /** Until a channel's own thread does what is next: enters Stasis, joins a bridge, sees a hang-up. */
  readonly threadMs: Range;
  /** Until a REST response leaves. */
  readonly responseMs: Range;
  /** Until an event leaves; events of one channel or one bridge keep their order. */
  readonly eventMs: Range;
  /** Until a SIP message arrives. */
  readonly sipMs: Range;
}

export interface Settings {
  readonly version: string;
  readonly systemName: string;
  readonly entityId: string;
  readonly timing: Timing;
  /** Whether `StasisStart` of a created channel may overtake the response, and 302 be told twice. */
  readonly races: boolean;
  /** Whether `ChannelVarset` is sent, about 33 for a call; stasis.conf can decline it, as ours does. */
  readonly varsets: boolean;
  /** Length of media by URI; `null` plays nothing and fails, as a missing file does. */
  readonly mediaMs: (uri: string) => number | null;
  /** A WebSocket frame larger than this kills Asterisk, which copies it onto a stack of 496 KiB. */
  readonly deadlyFrameBytes: number;
}

interface NewChannel {
  readonly id?: string | undefined;
  readonly endpoint: string;
  readonly inbound: boolean;
  readonly callerNumber?: string;
  readonly context: string;
  readonly extension: string;
  readonly dialString?: string;
}

/** Stands in until the channel has its far end. */
const nobody: Party = { respond: () => undefined, invite: () => undefined, release: () => undefined };

/** What came to Asterisk only with a certain release. */
interface Release {
  /** `tech_cause`, the SIP code, in addition to the cause. */
  readonly tellsTechCause: boolean;
  readonly restOverWebSocket: boolean;
}

function releaseOf(version: string): Release {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const since = (release: number, point: number): boolean =>
    major > release || (major === release && minor >= point);
  return {
    tellsTechCause: since(22, 7),
    restOverWebSocket: since(22, 4) || (major === 21 && since(21, 9)) || (major === 20 && since(20, 14)),
  };
}

const rtpVariables = [
  "RTPAUDIOQOS",
  "RTPAUDIOQOSJITTER",
  "RTPAUDIOQOSLOSS",
  "RTPAUDIOQOSRTT",
  "RTPAUDIOQOSMES",
];

/** Everything in one Asterisk, and the events that tell of it. */
export class World {
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly applications: Applications;
  readonly channels = new Map<string, Channel>();
  readonly bridges = new Map<string, Bridge>();
  readonly playbacks = new Map<string, Playback>();
  readonly globalVariables = new Map<string, string>();
  /** Claims on channels that wait in `StasisBroadcast()`, by channel. */
  readonly broadcasts = new Map<string, { claim: (application: string) => "claimed" | "taken" }>();
  readonly network: Network;
  readonly release: Release;
  startedAtMs: number;
  /** Told that Asterisk dies of a frame of so many bytes. */
  onDeadlyFrame: (bytes: number) => void = () => undefined;
  #channelNumber = 0;

  constructor(settings: Settings, scheduler: Scheduler, network: Network) {
    this.settings = settings;
    this.network = network;
    this.release = releaseOf(settings.version);
    this.scheduler = scheduler;
    this.applications = new Applications(scheduler, settings.entityId);
    this.startedAtMs = scheduler.nowMs();
  }

  /** A channel comes into being on a trunk. */
  newChannel(made: NewChannel, far: (channel: Channel) => Party): Channel {
    const number = ++this.#channelNumber;
    const { systemName } = this.settings;
    const nowMs = this.scheduler.nowMs();
    const id = made.id ?? `${systemName && `${systemName}-`}${Math.floor(nowMs / 1000)}.${number}`;
    const channel: Channel = {
      id,
      source: `channel:${id}`,
      name: `PJSIP/${made.endpoint}-${number.toString(16).padStart(8, "0")}`,
      endpoint: made.endpoint,
      inbound: made.inbound,
      createdAtMs: nowMs,
      party: nobody,
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
      control: null,
      bridge: null,
      playback: null,
      hangupCause: 0,
      techCause: 0,
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

  /** Publishes an event about one channel. */
  channelEvent(channel: Channel, type: string, more?: Readonly<Record<string, unknown>>): void {
    this.applications.publish(channel.source, type, () => ({
      ...more,
      channel: channelJson(channel),
    }));
  }

  bridgeEvent(bridge: Bridge, type: string, channel?: Channel): void {
    this.applications.publish(bridge.source, type, () => ({
      bridge: bridgeJson(bridge),
      ...(channel && { channel: channelJson(channel) }),
    }));
  }

  setState(channel: Channel, state: ChannelState): void {
    if (channel.state === state) return;
    channel.state = state;
    this.channelEvent(channel, "ChannelStateChange");
  }

  /** The other side's number as this channel is told it. */
  connect(channel: Channel, number: string): void {
    if (channel.connectedNumber === number) return;
    channel.connectedNumber = number;
    this.channelEvent(channel, "ChannelConnectedLine");
  }

  /** The course of an attempt to reach the callee. There is no final status: that is `ChannelDestroyed`'s cause. */
  dialEvent(channel: Channel, status: string, forward = ""): void {
    this.applications.publish(channel.source, "Dial", () => ({
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
    this.applications.publish(source, type, () => ({ playback: playbackJson(playback) }));
  }

  setVariable(channel: Channel, variable: string, value: string): void {
    channel.variables.set(variable, value);
    this.varset(channel, variable, value);
  }

  varset(channel: Channel, variable: string, value: string): void {
    if (this.settings.varsets) this.channelEvent(channel, "ChannelVarset", { variable, value });
  }

  /** The statistics that Asterisk writes into variables whenever a leg with RTP ends. */
  rtpVarsets(channel: Channel): void {
    if (!this.settings.varsets) return;
    for (const variable of rtpVariables) this.varset(channel, variable, "ssrc=1;rxcount=0;txcount=0");
    for (const variable of channel.bridge ? rtpVariables : [])
      this.varset(channel, `${variable}BRIDGED`, "ssrc=1;rxcount=0;txcount=0");
  }

  /** Asterisk was killed: nothing that it knew is left. */
  clear(): void {
    this.scheduler.restart();
    this.applications.clear();
    this.channels.clear();
    this.bridges.clear();
    this.playbacks.clear();
    this.broadcasts.clear();
    this.globalVariables.clear();
    this.startedAtMs = this.scheduler.nowMs();
  }
}
