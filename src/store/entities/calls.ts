import { nullable, primary, TableSchema, zero } from "./table.ts";
import type { TableColumns } from "./table.ts";

/** One call. */
export interface CallLogRow {
  id: number;
  callId: string;
  /** A `CallDirection`, unless written by a later version or by hand. */
  direction: string;
  fakePhone: string;
  realPhone: string | null;
  shownNumber: string | null;
  /** Empty if withheld. */
  callerId: string;
  /** Start of the call. */
  callTimestamp: number;
  /** Seconds from answer to end. */
  callDuration: number;
  /** A `CallStatus`, unless written by a later version or by hand. */
  callStatus: string;
  /** A `StatusReason`, likewise. */
  statusReason: string | null;
  /** `caller`, `callee`, or `system`. */
  endedBy: string | null;
  ringSeconds: number | null;
  /** From dialling to the first ringing. */
  postDialMs?: number | null;
  answeredAt: number | null;
  endedAt: number | null;
  sipCode: number | null;
  /** Q.850. */
  cause: number | null;
  inboundTrunk: string | null;
  outboundTrunk: string | null;
  asterisk: string | null;
  /** Null in rows written by the dialplan. */
  node: string | null;
  /** JSON; read for one call at a time. */
  timeline?: string | null;
  /** A `RecordSource`: whose account of the end this is. */
  source: number;
  /** How the statistics count the call: see `countedAs`. */
  countedAs?: string | null;
  /** 1 while the statistics are outdated for this call. */
  readonly statsDue?: number | null;
}

/**
 * The facts of a call that the statistics count, as text: start, proxy number, status, talk time, the ring time if
 * something was dialled, the post-dial delay, and the trunks. Of a call that was handed back, the ring time does not
 * count.
 */
export const countedAs = {
  mysql:
    "CONCAT_WS('|', call_timestamp, fake_phone, call_status, call_duration, COALESCE(CASE WHEN call_status <> 'handed_back' AND outbound_trunk IS NOT NULL THEN ring_seconds END, ''), COALESCE(post_dial_ms, ''), COALESCE(inbound_trunk, ''), COALESCE(outbound_trunk, ''))",
  sqlite:
    "(call_timestamp || '|' || fake_phone || '|' || call_status || '|' || call_duration || '|' || COALESCE(CASE WHEN call_status <> 'handed_back' AND outbound_trunk IS NOT NULL THEN ring_seconds END, '') || '|' || COALESCE(post_dial_ms, '') || '|' || COALESCE(inbound_trunk, '') || '|' || COALESCE(outbound_trunk, ''))",
} as const;

const unread = { nullable: true, select: false } as const;

export const CallLog = new TableSchema<CallLogRow>(
  "CallLog",
  "call_logs",
  ({ bigId, code, generated, int, mysql, text, time, timeOfInsert }) => ({
    columns: {
      id: bigId(),
      callId: code("call_id", 150),
      direction: code("direction", 10, { default: "in" }),
      fakePhone: code("fake_phone", 20),
      realPhone: code("real_phone", 20, nullable),
      shownNumber: code("shown_number", 50, nullable),
      callerId: code("caller_id", 50, { default: "" }),
      callTimestamp: timeOfInsert("call_timestamp"),
      callDuration: int("call_duration", zero),
      callStatus: code("call_status", 20),
      statusReason: code("status_reason", 40, nullable),
      ringSeconds: int("ring_seconds", nullable),
      postDialMs: int("post_dial_ms", unread),
      answeredAt: time("answered_at", nullable),
      endedAt: time("ended_at", nullable),
      endedBy: code("ended_by", 10, nullable),
      sipCode: int("sip_code", nullable),
      cause: int("cause", nullable),
      inboundTrunk: text("inbound_trunk", 80, nullable),
      outboundTrunk: text("outbound_trunk", 80, nullable),
      asterisk: text("asterisk", 80, nullable),
      node: text("node", 80, nullable),
      timeline: { name: "timeline", type: "text", ...unread },
      source: int("source", zero),
      countedAs: code("counted_as", 400, unread),
      statsDue: generated(
        "stats_due",
        mysql ? "int" : "integer",
        `CASE WHEN counted_as = ${countedAs[mysql ? "mysql" : "sqlite"]} THEN NULL ELSE 1 END`,
      ),
    },
    indices: [
      { name: "uq_call_logs__call_id", columns: ["callId"], unique: true },
      { name: "ix_call_logs__time", columns: ["callTimestamp", "id"] },
      { name: "ix_call_logs__fake_phone", columns: ["fakePhone", "callTimestamp", "id"] },
      { name: "ix_call_logs__real_phone", columns: ["realPhone", "callTimestamp", "id"] },
      { name: "ix_call_logs__caller_id", columns: ["callerId", "callTimestamp", "id"] },
      { name: "ix_call_logs__status", columns: ["callStatus", "callTimestamp", "id"] },
      { name: "ix_call_logs__stats_due", columns: ["statsDue", "id"] },
    ],
  }),
);

/** Seconds fall into ten classes each. */
type SecondsClass = `${"ring" | "talk"}${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;

const classes: readonly (readonly [SecondsClass, column: string])[] = (
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const
).flatMap((place) => [
  [`ring${place}`, `ring_${place}`] as const,
  [`talk${place}`, `talk_${place}`] as const,
]);

/** Sums of the calls that started in a quarter of an hour and ended with a status. */
interface CallStatRow extends Record<SecondsClass, number> {
  bucketAt: number;
  status: string;
  calls: number;
  talkSeconds: number;
  ringCalls: number;
  ringSeconds: number;
}

const classColumns = ({
  bigint,
}: TableColumns): { [P in SecondsClass]?: ReturnType<TableColumns["bigint"]> } =>
  Object.fromEntries(classes.map(([property, column]) => [property, bigint(column, zero)]));

export const CallStat = new TableSchema<CallStatRow>("CallStat", "call_stats", (columns) => ({
  columns: {
    bucketAt: columns.time("bucket_at", primary),
    status: columns.code("status", 20, primary),
    calls: columns.bigint("calls", zero),
    talkSeconds: columns.bigint("talk_seconds", zero),
    ringCalls: columns.bigint("ring_calls", zero),
    ringSeconds: columns.bigint("ring_seconds", zero),
    ...classColumns(columns),
  },
}));

/** Sums of a proxy number's calls on a day in UTC. */
interface CallNumberDayRow {
  dayAt: number;
  fakePhone: string;
  calls: number;
  answered: number;
  talkSeconds: number;
}

export const CallNumberDay = new TableSchema<CallNumberDayRow>(
  "CallNumberDay",
  "call_number_days",
  ({ bigint, code, time }) => ({
    columns: {
      dayAt: time("day_at", primary),
      fakePhone: code("fake_phone", 20, primary),
      calls: bigint("calls", zero),
      answered: bigint("answered", zero),
      talkSeconds: bigint("talk_seconds", zero),
    },
  }),
);

/** Sums of a trunk's calls that started in a quarter of an hour, inbound or outbound. */
interface CallTrunkStatRow {
  bucketAt: number;
  trunk: string;
  calls: number;
  answered: number;
  talkSeconds: number;
  /** Of the outbound trunk only. */
  postDialCalls: number;
  postDialMs: number;
}

export const CallTrunkStat = new TableSchema<CallTrunkStatRow>(
  "CallTrunkStat",
  "call_trunk_stats",
  ({ bigint, code, time }) => ({
    columns: {
      bucketAt: time("bucket_at", primary),
      trunk: code("trunk", 80, primary),
      calls: bigint("calls", zero),
      answered: bigint("answered", zero),
      talkSeconds: bigint("talk_seconds", zero),
      postDialCalls: bigint("post_dial_calls", zero),
      postDialMs: bigint("post_dial_ms", zero),
    },
  }),
);

/** The most calls at once in a quarter of an hour. */
interface CallPeakRow {
  bucketAt: number;
  peak: number;
  /** No call of this quarter started earlier. */
  sinceAt: number;
  /** 1 while calls have been recorded that the peak does not count. */
  due: number | null;
}

export const CallPeak = new TableSchema<CallPeakRow>("CallPeak", "call_peaks", ({ int, time }) => ({
  columns: {
    bucketAt: time("bucket_at", primary),
    peak: int("peak", zero),
    sinceAt: time("since_at"),
    due: int("due", nullable),
  },
  indices: [{ name: "ix_call_peaks__due", columns: ["due", "bucketAt"] }],
}));
