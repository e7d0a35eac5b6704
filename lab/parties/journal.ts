/**
 * One leg of a call as a party outside Asterisk saw it, for comparison with the record. Times are UTC milliseconds.
 */
export interface LegSeen {
  readonly side: "caller" | "callee";
  /** The caller's number; on the callee's leg, the number shown. */
  readonly from: string;
  /** The dialled number; on the callee's leg the number that Asterisk dialled. */
  readonly to: string;
  readonly invitedAtMs: number;
  /** The first response: Asterisk has the INVITE. */
  takenAtMs: number | null;
  /** The first response other than 100: from here on the caller hears something. */
  soundAtMs: number | null;
  answeredAtMs: number | null;
  finalCode: number | null;
  finalAtMs: number | null;
  /** The caller gave up before the answer. */
  cancelledAtMs: number | null;
  /** The side that ended the answered call: this party, or Asterisk and everything behind it. */
  endedBy: "self" | "other" | null;
  endedAtMs: number | null;
  /** This party retransmitted and got no response: Asterisk is gone. */
  abandoned: boolean;
}

export const newLeg = (side: LegSeen["side"], from: string, to: string, invitedAtMs: number): LegSeen => ({
  side,
  from,
  to,
  invitedAtMs,
  takenAtMs: null,
  soundAtMs: null,
  answeredAtMs: null,
  finalCode: null,
  finalAtMs: null,
  cancelledAtMs: null,
  endedBy: null,
  endedAtMs: null,
  abandoned: false,
});

/** Whether nothing more can happen on this leg. */
export const isOver = (leg: LegSeen): boolean =>
  leg.abandoned || leg.endedAtMs !== null || (leg.finalCode !== null && leg.finalCode >= 300);
