import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/** Seconds fall into ten classes each; their bounds are in `src/callLog/secondsClasses.ts`. */
const classColumns = ["ring", "talk"].flatMap((name) =>
  Array.from({ length: 10 }, (_, index) => `${name}_${index}`),
);

const sum = (name: string) => ({ name, type: "bigint", default: 0 });

/**
 * The course of each call, and sums by quarter of an hour: a dashboard over a year of calls reads thousands of
 * rows, not millions.
 *
 * A row of `call_logs` is due while the sums hold it with another status than it has, or not at all. The
 * database works that out by itself, because the dialplan writes and changes rows too.
 */
export class CallStatistics1763800000015 implements MigrationInterface {
  readonly name = "CallStatistics1763800000015";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql, code, time } = dialectOf(queryRunner);
    const status = mysql ? "varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "varchar(20)";
    const due = "GENERATED ALWAYS AS (CASE WHEN counted_status = call_status THEN NULL ELSE 1 END) VIRTUAL";
    for (const column of [
      "timeline text NULL",
      `counted_status ${status} NULL`,
      "counted_talk int NULL",
      `stats_due int ${due}`,
    ])
      await queryRunner.query(`ALTER TABLE call_logs ADD COLUMN ${column}`);
    await queryRunner.query("CREATE INDEX ix_call_logs__stats_due ON call_logs (stats_due, id)");
    await queryRunner.createTable(
      new Table({
        name: "call_stats",
        columns: [
          { ...time("bucket_at"), isPrimary: true },
          { ...code("status", 20), isPrimary: true },
          ...["calls", "talk_seconds", "ring_calls", "ring_seconds", ...classColumns].map(sum),
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "call_number_days",
        columns: [
          { ...time("day_at"), isPrimary: true },
          { ...code("fake_phone", 20), isPrimary: true },
          ...["calls", "answered", "talk_seconds"].map(sum),
        ],
      }),
      true,
    );
    await queryRunner.query("INSERT INTO locks (name) VALUES ('call_stats')");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM locks WHERE name = 'call_stats'");
    await queryRunner.dropTable("call_number_days");
    await queryRunner.dropTable("call_stats");
    const { mysql } = dialectOf(queryRunner);
    await queryRunner.query(`DROP INDEX ix_call_logs__stats_due${mysql ? " ON call_logs" : ""}`);
    for (const column of ["stats_due", "counted_talk", "counted_status", "timeline"])
      await queryRunner.query(`ALTER TABLE call_logs DROP COLUMN ${column}`);
  }
}
