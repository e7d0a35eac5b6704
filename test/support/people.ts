import { expect } from "chai";
import type { RowDataPacket } from "mysql2/promise";
import { z } from "zod";
import type { CallRow, Mapped, RealSystem } from "./realCalls.ts";
import { type CallResult, headerValues } from "./sipp.ts";
import { until } from "./until.ts";

const digits = z.string().transform((text) => text.replace(/^\+/u, ""));
const simulation = z.discriminatedUnion("decision", [
  z.object({ decision: z.literal("refuse"), status: z.string() }),
  z.object({
    decision: z.literal("connect"),
    direction: z.string(),
    realNumber: digits,
    shownNumber: digits.nullable(),
  }),
]);

/** People who call each other on the lab's Asterisk, each with a phone that answers at once. */
export class People {
  readonly #system: RealSystem;
  readonly #digit: number;
  #strangers = 0;

  /** @param digit keeps the numbers of strangers apart from those of other suites. */
  constructor(system: RealSystem, digit: number) {
    this.#system = system;
    this.#digit = digit;
  }

  /** The number of a caller without a proxy number, and without a phone that rings. */
  stranger(): string {
    this.#strangers += 1;
    return `7926${this.#digit}${String(this.#strangers).padStart(6, "0")}`;
  }

  person(columns: Record<string, string | null> = {}): Promise<Mapped> {
    return this.#system.mapped("answers", columns);
  }

  call(from: string, to: string, more: object = {}): Promise<CallResult> {
    return this.#system.dial(to, { from, script: { kind: "talks", talkMs: 100 }, ...more }).result;
  }

  /** The number in From of every INVITE to this number, in order; without those that were sent again. */
  shownTo(real: string): readonly string[] {
    const invites = this.#system.callees
      .messagesOf(real)
      .filter(({ startLine, direction }) => direction === "received" && startLine.startsWith("INVITE "));
    const byCall = new Map(
      invites.map((invite) => [
        headerValues(invite, "Call-ID")[0],
        /sip:\+?([^@>]*)/u.exec(headerValues(invite, "From")[0] ?? "")?.[1] ?? "",
      ]),
    );
    return [...byCall.values()];
  }

  /** The records of all calls to this number, oldest first; they are written behind. */
  async records(proxy: string, count: number): Promise<readonly CallRow[]> {
    let rows: readonly CallRow[] = [];
    await until(async () => {
      rows = await this.#rows(proxy);
      return rows.length >= count;
    });
    expect(rows).to.have.length(count);
    return rows;
  }

  /** The record of the newest call of this caller to this number. */
  async newestRecord(proxy: string, from: string): Promise<CallRow> {
    const caller = from === "anonymous" ? "" : from;
    let newest: CallRow | undefined;
    await until(async () => {
      newest = (await this.#rows(proxy)).findLast(({ caller_id }) => caller_id === caller);
      return newest !== undefined;
    });
    return newest ?? expect.fail("no record");
  }

  /** What the simulation of a call says: direction, real number, and shown number; or the status of a refusal. */
  async simulated(proxy: string, from: string): Promise<string | readonly (string | null)[]> {
    const [[mapping]] = await this.#system.database.query<RowDataPacket[]>(
      "SELECT id FROM phone_mappings WHERE fake_phone = ?",
      [proxy],
    );
    const answer = await fetch(
      `${this.#system.application.url}/mappings/${String(mapping?.["id"])}/simulate`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ caller: from === "anonymous" ? null : `+${from}` }),
      },
    );
    const result = simulation.parse(await answer.json());
    return result.decision === "refuse"
      ? result.status
      : [result.direction, result.realNumber, result.shownNumber];
  }

  async #rows(proxy: string): Promise<readonly CallRow[]> {
    const [rows] = await this.#system.database.query<CallRow[]>(
      "SELECT * FROM call_logs WHERE fake_phone = ? ORDER BY call_timestamp, id",
      [proxy],
    );
    return rows;
  }

  /** A missed call of some time ago, as the newest one of the number. */
  async called({ proxy, real }: Mapped, by: string, hoursAgo = 1): Promise<void> {
    await this.#system.database.query(
      "INSERT INTO call_logs SET ?, call_timestamp = UTC_TIMESTAMP(3) - INTERVAL ? HOUR",
      [
        {
          call_id: `earlier-${proxy}`,
          fake_phone: proxy,
          real_phone: real,
          caller_id: by,
          call_status: "no_answer",
        },
        hoursAgo,
      ],
    );
  }
}
