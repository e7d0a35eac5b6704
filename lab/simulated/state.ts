import type { Cancel } from "./scheduler.ts";
import type { CallStep } from "./scripts.ts";

/** Everything that exists in Asterisk: plain data, changed by the module that owns each rule. */

export type ChannelState = "Down" | "Ring" | "Ringing" | "Up";

/** The SIP end of a channel: what Asterisk sends to it. */
export interface Party {
  /** Asterisk answers the party's INVITE; `identity` is what it puts into P-Asserted-Identity. */
  respond(code: number, identity: string | null): void;
  /** Asterisk sends its INVITE to the party. */
  invite(from: string | null): void;
  /** Asterisk ends the dialog: `code` answers an open INVITE of the party; otherwise it sends CANCEL or BYE. */
  release(code: number): void;
}

/** The commands of the channel's own thread, one after another. */
interface ThreadCommand {
  readonly run: () => void;
  /** The channel left Stasis first. */
  readonly refuse: () => void;
}

/** A channel's place in its Stasis application. */
export interface Control {
  readonly application: string;
  readonly commands: ThreadCommand[];
  /** The thread has been woken and will process `commands`. */
  awake: boolean;
}

/** The SIP world outside. */
export interface Network {
  /** The far end of a new leg to `number`; null if the trunk is unreachable. */
  far(trunk: string, number: string, originator: Channel | null): ((channel: Channel) => Party) | null;
  /** Something happened that a caller's script may be waiting for. */
  reached(channel: Channel, step: CallStep): void;
  gone(channel: Channel): void;
  /** Names of the PJSIP endpoints, in the order of pjsip.conf. */
  endpoints(): readonly string[];
}

/** The dialplan, as the thread of a channel runs it. */
export interface Pbx {
  /** `Stasis()` has returned with the channel alive: `continue` moved it, or no application took it. */
  returned(why: "FAILED" | "TIMEOUT" | "continue"): void;
  /** `TIMEOUT(absolute)` has expired. @returns false without an extension `T`: the channel ends. */
  expired(): boolean;
  /** The channel is ending: its application stops, then its hangup handlers run. */
  ending(): void;
}

/** Signals from one side of a call to the other before the conversation. */
export type Signal = "RINGING" | "PROGRESS" | "ANSWER";

/** `Dial()` on a caller's channel, as its leg sees it. */
export interface Dialler {
  /** The caller's channel, on which `Dial` events are published. */
  readonly caller: Channel;
  heard(signal: Signal): void;
  redirected(): void;
  /** The leg is gone. */
  gone(): void;
}

export interface Channel {
  readonly id: string;
  /** `channel:ID`, by which applications subscribe to it. */
  readonly source: string;
  /** `endpoint:PJSIP/NAME`, by which applications subscribe to all channels of a trunk. */
  readonly endpointSource: string;
  readonly name: string;
  /** Name of the PJSIP endpoint, i.e. of the trunk. */
  readonly endpoint: string;
  readonly inbound: boolean;
  readonly createdAtMs: number;
  party: Party;
  readonly variables: Map<string, string>;
  readonly reported: Set<string>;
  state: ChannelState;
  callerNumber: string;
  callerName: string;
  connectedNumber: string;
  connectedAllowed: boolean;
  context: string;
  extension: string;
  priority: number;
  appName: string;
  appData: string;
  /** ID of the caller's channel, on both legs. */
  linkedId: string;
  /** Copied to the legs that `Dial()` makes. */
  accountCode: string;
  pbx: Pbx;
  /** The `Dial()` that made this leg; null for a leg made by a request. */
  dialler: Dialler | null;
  control: Control | null;
  bridge: Bridge | null;
  playback: Playback | null;
  hangupCause: number;
  techCause: number;
  /** `CHANNEL(hangupsource)`: name of the channel whose far end hung up, or `dialplan/builtin`. */
  hangupSource: string;
  /** A hangup was requested, and the channel's thread has not noticed it yet. */
  hungUp: boolean;
  /** The far end has ended the dialog: Asterisk sends it nothing more. */
  remoteGone: boolean;
  /** Stored by `create` for `dial`. */
  readonly dialString: string;
  dialled: boolean;
  /** A 183 with SDP was sent, so later ringing is sent as 183 as well. */
  earlyMedia: boolean;
  dialTimer: Cancel | null;
  absoluteTimer: Cancel | null;
  /** Set until `originate` has moved it into Stasis after the answer. */
  stasisOnAnswer: { readonly application: string; readonly args: readonly string[] } | null;
}

export interface Bridge {
  readonly id: string;
  /** `bridge:ID`, by which applications subscribe to it. */
  readonly source: string;
  readonly name: string;
  readonly type: "mixing" | "holding";
  /** `basic`: the bridge of `Dial()`, which no request can change. */
  readonly owner: "stasis" | "basic";
  readonly createdAtMs: number;
  readonly channels: Channel[];
  readonly variables: Map<string, string>;
  /** Its channels are still leaving; Stasis has already forgotten it. */
  dissolving: boolean;
}

export interface Playback {
  readonly id: string;
  readonly media: readonly string[];
  readonly targetUri: string;
  readonly language: string;
  index: number;
  state: "queued" | "playing" | "continuing" | "done" | "failed";
  timer: Cancel | null;
  stop: (failed: boolean) => void;
}

type ChannelJson = Readonly<Record<string, unknown>> & { readonly id: string };

let lastSecond = -1;
let lastText = "";

/** Times as Asterisk writes them, e.g. `2026-11-23T04:40:30.123+0000`. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${lastText}${String(Math.floor(ms - second * 1000)).padStart(3, "0")}+0000`;
}

export function channelJson(channel: Channel): ChannelJson {
  return {
    id: channel.id,
    name: channel.name,
    state: channel.state,
    protocol_id: `${channel.id}@sip`,
    caller: { name: channel.callerName, number: channel.callerNumber },
    connected: { name: "", number: channel.connectedNumber },
    accountcode: channel.accountCode,
    dialplan: {
      context: channel.context,
      exten: channel.extension,
      priority: channel.priority,
      app_name: channel.appName,
      app_data: channel.appData,
    },
    creationtime: timestamp(channel.createdAtMs),
    language: "en",
    ...(channel.reported.size > 0 && {
      channelvars: Object.fromEntries(
        [...channel.reported].map((name) => [name, channel.variables.get(name) ?? ""]),
      ),
    }),
  };
}

export function bridgeJson(bridge: Bridge): Readonly<Record<string, unknown>> {
  return {
    id: bridge.id,
    technology: bridge.type === "holding" ? "holding_bridge" : "simple_bridge",
    bridge_type: bridge.type,
    bridge_class: bridge.owner,
    creator: bridge.owner === "stasis" ? "Stasis" : "",
    name: bridge.name,
    channels: bridge.channels.map((channel) => channel.id),
    creationtime: timestamp(bridge.createdAtMs),
    video_mode: "talker",
  };
}

export function playbackJson(playback: Playback): Readonly<Record<string, unknown>> {
  const next = playback.media[playback.index + 1];
  return {
    id: playback.id,
    media_uri: playback.media[playback.index] ?? "",
    ...(next !== undefined && { next_media_uri: next }),
    target_uri: playback.targetUri,
    language: playback.language,
    state: playback.state,
  };
}
