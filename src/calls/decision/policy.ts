import type { CallerIdPolicy } from "../../values/mapping.ts";

export interface OutboundTrunk {
  /** The PJSIP endpoint; a split trunk has the endpoints `NAME-0`, `NAME-1` … */
  readonly name: string;
  /** Prefix of the E.164 digits in the request URI, usually empty or `+`. */
  readonly dialPrefix: string;
  /** Prefix of the number that the callee sees, likewise. */
  readonly callerIdPrefix: string;
  /** For mappings without a policy of their own. */
  readonly callerIdPolicy: CallerIdPolicy;
}

/** The announcements of the dialplan, by the situation they explain to the caller. `failed`: the lookup failed. */
export const announcements = ["unknown", "disabled", "expired", "failed", "own"] as const;
export type Announcement = (typeof announcements)[number];

/** Announcements played before the caller is hung up: media URIs of Asterisk, or null for none. */
export type Announcements = Readonly<Record<Announcement, string | null>>;

export interface CallPolicy {
  readonly node: string;
  /** In the order of preference: the next one is tried if one is down or full. */
  readonly trunks: readonly [OutboundTrunk, ...OutboundTrunk[]];
  /** SIP codes of a trunk, besides 5xx, after which the next one is tried. */
  readonly failOverCodes: readonly number[];
  readonly lookupTimeoutMs: number;
  readonly ringTimeoutMs: number;
  /** A trunk that sends neither ringing nor early media for this long is left for the next one. */
  readonly silentTrunkMs: number;
  readonly maxLengthMs: number;
  readonly announcements: Announcements;
}
