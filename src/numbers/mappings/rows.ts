import type { ObjectLiteral } from "typeorm";
import type { CallerIdPolicy, Mapping, MappingState } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { fromDatabaseTime } from "../../store/time.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import type { ExportedMapping } from "./types.ts";
import { defaultQuarantineSeconds } from "../pools/quarantine.ts";
import type { MappingDetails } from "../types.ts";

type DatabaseTime = Date | string;

/** What lists show of a mapping, of `m` and its pool, by the names of the columns. A released number shows the real number that it had. */
const exportColumns = {
  id: "m.id",
  fake_phone: "m.fakePhone",
  real_phone: "COALESCE(m.realPhone, m.releasedRealPhone)",
  state: "m.state",
  expires_at: "m.expiresAt",
  caller_id_policy: "m.callerIdPolicy",
  caller_id_number: "m.callerIdNumber",
  pool_name: "p.name",
  label: "m.label",
  reference: "m.reference",
  created_at: "m.createdAt",
} satisfies Readonly<Record<keyof ExportRow, string>>;

const realIsProxy = "EXISTS (SELECT 1 FROM phone_mappings o WHERE o.fake_phone = m.real_phone)";

const detailColumns = {
  ...exportColumns,
  real_is_proxy: realIsProxy,
  pool_id: "m.poolId",
  quarantine_seconds: "p.quarantineSeconds",
  import_id: "m.importId",
  released_at: "m.releasedAt",
  updated_at: "m.updatedAt",
} satisfies Readonly<Record<keyof DetailRow, string>>;

/** What a call needs to know: the caller ID is the mapping's own or else its pool's. */
const callColumns = {
  id: "m.id",
  fake_phone: "m.fakePhone",
  real_phone: exportColumns.real_phone,
  state: "m.state",
  expires_at: "m.expiresAt",
  real_is_proxy: realIsProxy,
  caller_id_policy: "COALESCE(m.callerIdPolicy, p.callerIdPolicy)",
  caller_id_number: "CASE WHEN m.callerIdPolicy IS NULL THEN p.callerIdNumber ELSE m.callerIdNumber END",
} satisfies Readonly<Record<keyof MappingRow, string>>;

/**
 * The rows of a query over `m` with their pools. Plain rows, because the entities that TypeORM could make of them take
 * longer than the database itself for a page or for the chunk of an export.
 */
const rowsWith =
  <Row extends ObjectLiteral>(columns: Readonly<Record<string, string>>) =>
  (query: MappingQueryBuilder): Promise<Row[]> => {
    query.leftJoin("NumberPool", "p", "p.id = m.poolId").select([]);
    for (const [name, column] of Object.entries(columns)) query.addSelect(column, name);
    return query.getRawMany<Row>();
  };

export const exportRows = rowsWith<ExportRow>(exportColumns);
export const detailRows = rowsWith<DetailRow>(detailColumns);
export const rowsForCall = rowsWith<MappingRow>(callColumns);

export interface MappingRow {
  readonly id: number;
  readonly fake_phone: PhoneNumber;
  readonly real_phone: PhoneNumber;
  readonly state: MappingState;
  readonly expires_at: DatabaseTime | null;
  readonly caller_id_policy: string | null;
  readonly caller_id_number: PhoneNumber | null;
  /** 0 or 1. */
  readonly real_is_proxy: number;
}

export interface DetailRow extends MappingRow {
  readonly pool_id: number | null;
  readonly pool_name: string | null;
  readonly quarantine_seconds: number | null;
  readonly released_at: DatabaseTime | null;
  readonly import_id: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly created_at: DatabaseTime;
  readonly updated_at: DatabaseTime;
}

export type ExportRow = Omit<MappingRow, "real_is_proxy"> &
  Pick<DetailRow, "pool_name" | "label" | "reference" | "created_at">;

export function toExported(row: ExportRow): ExportedMapping {
  return {
    id: row.id,
    proxyNumber: row.fake_phone,
    realNumber: row.real_phone,
    state: row.state,
    expiresAtMs: row.expires_at === null ? null : fromDatabaseTime(row.expires_at),
    callerIdPolicy: toPolicy(row.caller_id_policy, row.caller_id_number),
    poolName: row.pool_name,
    label: row.label,
    reference: row.reference,
    createdAtMs: fromDatabaseTime(row.created_at),
  };
}

export function toMapping(row: MappingRow): Mapping {
  return {
    id: row.id,
    proxyNumber: row.fake_phone,
    realNumber: row.real_phone,
    state: row.state,
    expiresAtMs: row.expires_at === null ? null : fromDatabaseTime(row.expires_at),
    callerIdPolicy: toPolicy(row.caller_id_policy, row.caller_id_number),
    realNumberIsProxy: row.real_is_proxy === 1,
  };
}

export function toDetails(row: DetailRow): MappingDetails {
  const releasedAtMs = row.released_at === null ? null : fromDatabaseTime(row.released_at);
  // Written out: a copy of the other's fields takes several times as long, fifty times for each page.
  return {
    id: row.id,
    proxyNumber: row.fake_phone,
    realNumber: row.real_phone,
    state: row.state,
    expiresAtMs: row.expires_at === null ? null : fromDatabaseTime(row.expires_at),
    callerIdPolicy: toPolicy(row.caller_id_policy, row.caller_id_number),
    realNumberIsProxy: row.real_is_proxy === 1,
    poolId: row.pool_id,
    poolName: row.pool_name,
    releasedAtMs,
    restsUntilMs:
      releasedAtMs === null
        ? null
        : releasedAtMs + (row.quarantine_seconds ?? defaultQuarantineSeconds) * 1000,
    importId: row.import_id,
    label: row.label,
    reference: row.reference,
    createdAtMs: fromDatabaseTime(row.created_at),
    updatedAtMs: fromDatabaseTime(row.updated_at),
  };
}

/** A policy that we do not know, written by hand or by a later version, must not unmask anybody: anonymous. */
export function toPolicy(kind: string | null, number: PhoneNumber | null): CallerIdPolicy | null {
  switch (kind) {
    case null:
      return null;
    case "proxy":
    case "caller":
      return { kind };
    case "fixed":
      return number === null ? { kind: "anonymous" } : { kind, number };
    default:
      return { kind: "anonymous" };
  }
}
