import type { Range } from "./random.ts";

/** How long Asterisk and the network take. From a range, each use takes a random value. */
export interface Timing {
  /**
   * Until a channel's own thread takes its next step, such as entering Stasis, joining a bridge, or noticing a
   * hangup.
   */
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
  /** `[globals]` of extensions.conf. */
  readonly globals: Readonly<Record<string, string>>;
  /** Whether `StasisStart` of a created channel may overtake the response, and 302 may be reported twice. */
  readonly races: boolean;
  /** Whether `ChannelVarset` is sent, about 33 times per call. stasis.conf can decline it, and ours does. */
  readonly varsets: boolean;
  /** Length of media by URI; `null` plays nothing and fails, as a missing file does. */
  readonly mediaMs: (uri: string) => number | null;
  /** A WebSocket frame larger than this crashes Asterisk, which copies it onto a stack of 496 KiB. */
  readonly deadlyFrameBytes: number;
}

/** Features that Asterisk has only since a certain release. */
export interface Release {
  /** `tech_cause`, the SIP code, in addition to the cause. */
  readonly tellsTechCause: boolean;
  readonly restOverWebSocket: boolean;
}

export function releaseOf(version: string): Release {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const since = (release: number, point: number): boolean =>
    major > release || (major === release && minor >= point);
  return {
    tellsTechCause: since(22, 7),
    restOverWebSocket: since(22, 4) || (major === 21 && since(21, 9)) || (major === 20 && since(20, 14)),
  };
}
