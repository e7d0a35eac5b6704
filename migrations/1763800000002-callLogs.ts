import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

const text = (name: string, length: number) => ({
  name,
  type: "varchar",
  length: String(length),
  isNullable: true,
});
const count = (name: string) => ({ name, type: "int", isNullable: true });

/**
 * One row for each call. The dialplan's fallback inserts `call_id` to `call_status` only, so everything after
 * them is nullable.
 */
export class CallLogs1763800000002 implements MigrationInterface {
  readonly name = "CallLogs1763800000002";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { bigId, code, time, timeOfInsert } = dialectOf(queryRunner);
    await queryRunner.createTable(
      new Table({
        name: "call_logs",
        columns: [
          bigId(),
          code("call_id", 150),
          code("fake_phone", 20),
          code("real_phone", 20, nullable),
          code("caller_id", 50, { default: "''" }),
          timeOfInsert("call_timestamp"),
          { name: "call_duration", type: "int", default: 0 },
          code("call_status", 20),
          code("status_reason", 40, nullable),
          count("ring_seconds"),
          count("talk_seconds"),
          time("answered_at", nullable),
          time("ended_at", nullable),
          count("sip_code"),
          count("cause"),
          text("inbound_trunk", 80),
          text("outbound_trunk", 80),
          text("asterisk", 80),
          text("node", 80),
        ],
        indices: [
          { name: "uq_call_logs__call_id", columnNames: ["call_id"], isUnique: true },
          // With the key at the end of each, lists by time page by key whatever they filter on.
          { name: "ix_call_logs__time", columnNames: ["call_timestamp", "id"] },
          { name: "ix_call_logs__fake_phone", columnNames: ["fake_phone", "call_timestamp", "id"] },
          { name: "ix_call_logs__real_phone", columnNames: ["real_phone", "call_timestamp", "id"] },
          { name: "ix_call_logs__caller_id", columnNames: ["caller_id", "call_timestamp", "id"] },
          { name: "ix_call_logs__status", columnNames: ["call_status", "call_timestamp", "id"] },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("call_logs");
  }
}
