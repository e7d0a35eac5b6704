import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, createTables, dropTables, index, nullable, primary, unique, zero } from "./columns.ts";
import type { Columns } from "./columns.ts";

/** Ten classes of seconds each; their bounds are in the call log's `secondsClasses.ts`. */
const classColumns = ["ring", "talk"].flatMap((name) =>
  Array.from({ length: 10 }, (_, place) => `${name}_${place}`),
);

/**
 * The facts of a call that the sums count: start, proxy number, status, talk time, the ring time if something was
 * dialled, the post-dial delay, and the trunks. Of a call that was handed back, the ring time does not count.
 */
const countedAs = {
  mysql:
    "CONCAT_WS('|', call_timestamp, fake_phone, call_status, call_duration, COALESCE(CASE WHEN call_status <> 'handed_back' AND outbound_trunk IS NOT NULL THEN ring_seconds END, ''), COALESCE(post_dial_ms, ''), COALESCE(inbound_trunk, ''), COALESCE(outbound_trunk, ''))",
  sqlite:
    "(call_timestamp || '|' || fake_phone || '|' || call_status || '|' || call_duration || '|' || COALESCE(CASE WHEN call_status <> 'handed_back' AND outbound_trunk IS NOT NULL THEN ring_seconds END, '') || '|' || COALESCE(post_dial_ms, '') || '|' || COALESCE(inbound_trunk, '') || '|' || COALESCE(outbound_trunk, ''))",
};

/** Calls, and sums by quarter of an hour: a dashboard over a year of calls reads thousands of rows, not millions. */
export class Calls1764000000006 implements MigrationInterface {
  readonly name = "Calls1764000000006";

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }
}

const tablesOf = ({
  bigId,
  bigint,
  code,
  generated,
  int,
  mysql,
  text,
  time,
  timeOfInsert,
}: Columns): Table[] => [
  // The dialplan's fallback inserts `call_id` to `call_status` only, so everything after them is nullable.
  new Table({
    name: "call_logs",
    columns: [
      bigId(),
      code("call_id", 150),
      code("direction", 10, { default: "'in'" }),
      code("fake_phone", 20),
      code("real_phone", 20, nullable),
      code("shown_number", 50, nullable),
      code("caller_id", 50, { default: "''" }),
      timeOfInsert("call_timestamp"),
      int("call_duration", zero),
      code("call_status", 20),
      code("status_reason", 40, nullable),
      int("ring_seconds", nullable),
      int("post_dial_ms", nullable),
      time("answered_at", nullable),
      time("ended_at", nullable),
      code("ended_by", 10, nullable),
      int("sip_code", nullable),
      int("cause", nullable),
      text("inbound_trunk", 80, nullable),
      text("outbound_trunk", 80, nullable),
      text("asterisk", 80, nullable),
      text("node", 80, nullable),
      { name: "timeline", type: "text", isNullable: true },
      int("source", zero),
      code("counted_as", 400, nullable),
      // Set while the sums contain the call in another way, or not at all. The database computes this, because another
      // account of the call may change its row at any time.
      generated(
        "stats_due",
        mysql ? "int" : "integer",
        `CASE WHEN counted_as = ${mysql ? countedAs.mysql : countedAs.sqlite} THEN NULL ELSE 1 END`,
      ),
    ],
    indices: [
      unique("uq_call_logs__call_id", "call_id"),
      // With the primary key at the end of each, lists by time can page by key with any filter.
      index("ix_call_logs__time", "call_timestamp", "id"),
      index("ix_call_logs__fake_phone", "fake_phone", "call_timestamp", "id"),
      index("ix_call_logs__real_phone", "real_phone", "call_timestamp", "id"),
      index("ix_call_logs__caller_id", "caller_id", "call_timestamp", "id"),
      index("ix_call_logs__status", "call_status", "call_timestamp", "id"),
      index("ix_call_logs__stats_due", "stats_due", "id"),
    ],
  }),
  new Table({
    name: "call_stats",
    columns: [
      time("bucket_at", primary),
      code("status", 20, primary),
      ...["calls", "talk_seconds", "ring_calls", "ring_seconds", ...classColumns].map((name) =>
        bigint(name, zero),
      ),
    ],
  }),
  new Table({
    name: "call_number_days",
    columns: [
      time("day_at", primary),
      code("fake_phone", 20, primary),
      ...["calls", "answered", "talk_seconds"].map((name) => bigint(name, zero)),
    ],
  }),
  new Table({
    name: "call_trunk_stats",
    columns: [
      time("bucket_at", primary),
      code("trunk", 80, primary),
      ...["calls", "answered", "talk_seconds", "post_dial_calls", "post_dial_ms"].map((name) =>
        bigint(name, zero),
      ),
    ],
  }),
  // The most calls at once in a quarter of an hour, counted from the records once they are there.
  new Table({
    name: "call_peaks",
    columns: [time("bucket_at", primary), int("peak", zero), time("since_at"), int("due", nullable)],
    indices: [index("ix_call_peaks__due", "due", "bucket_at")],
  }),
];
