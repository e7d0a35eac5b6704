import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { CallLog } from "../../store/entities/calls.ts";
import type { CallLogRow } from "../../store/entities/calls.ts";
import type { CallDirection, CallStatus } from "../../values/callRecord.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { dayMs } from "../../values/durations.ts";

export interface CallFilter {
  /** UTC milliseconds, inclusive. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  /**
   * Calls that involve this number in any role. Callers are recorded in E.164, or as sent where that cannot be read and
   * in old records: `callerSpellings` lists all notations of this number. `realNumbersMasked`: only calls to it as a
   * proxy number.
   */
  readonly number?: {
    readonly digits: PhoneNumber;
    readonly callerSpellings: readonly string[];
    readonly realNumbersMasked?: true;
  };
  /** Calls that involve any of these; not together with `number`. */
  readonly parties?: SearchedParties;
  readonly statuses?: readonly CallStatus[];
  readonly direction?: CallDirection;
  /** Without the calls of this inbound trunk. */
  readonly exceptInboundTrunk?: string;
  /** Inbound or outbound. */
  readonly trunk?: string;
  /** Talk time. */
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
}

interface SearchedParties {
  /** Proxy numbers, each since it belongs to its present owner. */
  readonly called: readonly { readonly proxyNumber: PhoneNumber; readonly sinceMs: number }[];
  readonly realNumbers: readonly PhoneNumber[];
  /** As recorded. */
  readonly callers: readonly string[];
}

/** Parameters of different conditions have different names. */
export interface Condition {
  readonly sql: string;
  readonly parameters: ObjectLiteral;
}

type Branches = {
  /** Conditions covered by the branches. */
  readonly kind: "number" | "status" | "none";
  readonly conditions: readonly (readonly Condition[])[];
};

/** Each with an index of its own. */
function placesOf({ called, realNumbers, callers }: SearchedParties): Condition[] {
  const places: Condition[] = [];
  if (called.length > 0) {
    const parameters: ObjectLiteral = {};
    const each = called.map(({ proxyNumber, sinceMs }, index) => {
      parameters[`called${index}`] = proxyNumber;
      parameters[`since${index}`] = toDatabaseTime(sinceMs);
      return `(fake_phone = :called${index} AND call_timestamp >= :since${index})`;
    });
    places.push({ sql: `(${each.join(" OR ")})`, parameters });
  }
  if (realNumbers.length > 0)
    places.push({
      sql: "real_phone IN (:...partyNumbers)",
      parameters: { partyNumbers: [...realNumbers] },
    });
  if (callers.length > 0)
    places.push({ sql: "caller_id IN (:...partyCallers)", parameters: { partyCallers: [...callers] } });
  return places;
}

const longestCountMs = 32 * dayMs;

export function isCountable(filter: CallFilter, nowMs: number): boolean {
  const { number, parties, direction, trunk, minSeconds, maxSeconds, fromMs, toMs = nowMs } = filter;
  const indexed =
    direction === undefined && trunk === undefined && minSeconds === undefined && maxSeconds === undefined;
  return (
    indexed ||
    number !== undefined ||
    parties !== undefined ||
    (fromMs !== undefined && toMs - fromMs <= longestCountMs)
  );
}

const is = (column: string, value: string): Condition => ({
  sql: `${column} = :${column}`,
  parameters: { [column]: value },
});

export function branchesOf({ number, parties, statuses }: CallFilter): Branches {
  if (parties) return { kind: "number", conditions: placesOf(parties).map((place) => [place]) };
  if (number) {
    const places = [
      is("fake_phone", number.digits),
      ...(number.realNumbersMasked
        ? []
        : [
            is("real_phone", number.digits),
            ...number.callerSpellings.map((spelling) => is("caller_id", spelling)),
          ]),
    ];
    return { kind: "number", conditions: places.map((place) => [place]) };
  }
  if (statuses) return { kind: "status", conditions: statuses.map((status) => [is("call_status", status)]) };
  return { kind: "none", conditions: [[]] };
}

const nowhere: Condition = { sql: "1 = 0", parameters: {} };

export function anywhere({ number, parties }: CallFilter): Condition[] {
  if (parties) {
    const places = placesOf(parties);
    if (places.length === 0) return [nowhere];
    return [
      {
        sql: `(${places.map(({ sql }) => sql).join(" OR ")})`,
        parameters: Object.fromEntries(
          places.flatMap(({ parameters }) => Object.entries<unknown>(parameters)),
        ),
      },
    ];
  }
  if (!number) return [];
  const { digits, callerSpellings, realNumbersMasked } = number;
  if (realNumbersMasked) return [is("fake_phone", digits)];
  const places = ["fake_phone = :digits", "real_phone = :digits"];
  if (callerSpellings.length > 0) places.push("caller_id IN (:...callerSpellings)");
  return [{ sql: `(${places.join(" OR ")})`, parameters: { digits, callerSpellings: [...callerSpellings] } }];
}

export function conditionsOf(filter: CallFilter, settled: Branches["kind"]): Condition[] {
  const { fromMs, toMs, statuses, direction, trunk, exceptInboundTrunk, minSeconds, maxSeconds } = filter;
  const conditions: Condition[] = [];
  const add = (sql: string, parameters: ObjectLiteral): void => {
    conditions.push({ sql, parameters });
  };
  if (fromMs !== undefined) add("call_timestamp >= :from", { from: toDatabaseTime(fromMs) });
  if (toMs !== undefined) add("call_timestamp < :to", { to: toDatabaseTime(toMs) });
  if (statuses && settled !== "status") add("call_status IN (:...statuses)", { statuses: [...statuses] });
  if (direction !== undefined) add("direction = :direction", { direction });
  if (trunk !== undefined) add("(inbound_trunk = :trunk OR outbound_trunk = :trunk)", { trunk });
  if (exceptInboundTrunk !== undefined) add("inbound_trunk <> :exceptInboundTrunk", { exceptInboundTrunk });
  // Rows written by the dialplan only have the duration.
  if (minSeconds !== undefined) add("call_duration >= :minSeconds", { minSeconds });
  if (maxSeconds !== undefined) add("call_duration <= :maxSeconds", { maxSeconds });
  return conditions;
}

export function callsOf(
  manager: EntityManager,
  conditions: readonly Condition[],
): SelectQueryBuilder<CallLogRow> {
  const query = manager.createQueryBuilder(CallLog, "call");
  for (const { sql, parameters } of conditions) query.andWhere(sql, parameters);
  return query;
}
