import type { CallerIdPolicy, Mapping, MappingState } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { fromDatabaseTime } from "../../store/time.ts";
import type { ExportedMapping } from "./types.ts";
import { defaultQuarantineSeconds } from "../pools/quarantine.ts";
import type { MappingDetails } from "../types.ts";

type DatabaseTime = Date | string;

/** A released number shows the real number that it had. */
const commonColumns = `
  m.id, m.fake_phone, COALESCE(m.real_phone, m.released_real_phone) AS real_phone, m.state, m.expires_at,
  EXISTS (SELECT 1 FROM phone_mappings o WHERE o.fake_phone = m.real_phone) AS real_is_proxy`;

const tables = "FROM phone_mappings m LEFT JOIN number_pools p ON p.id = m.pool_id";

/** What a call needs to know: the caller ID is the mapping's own or else its pool's. */
export const mappingForCall = `SELECT ${commonColumns},
  COALESCE(m.caller_id_policy, p.caller_id_policy) AS caller_id_policy,
  CASE WHEN m.caller_id_policy IS NULL THEN p.caller_id_number ELSE m.caller_id_number END AS caller_id_number
  ${tables}`;

export const detailColumns = `${commonColumns}, m.caller_id_policy, m.caller_id_number,
  m.pool_id, p.name AS pool_name, p.quarantine_seconds, m.import_id, m.label, m.reference, m.released_at,
  m.created_at, m.updated_at`;

export const detailTables = tables;

export const exportColumns = `
  m.id, m.fake_phone, COALESCE(m.real_phone, m.released_real_phone) AS real_phone, m.state, m.expires_at,
  m.caller_id_policy, m.caller_id_number, p.name AS pool_name, m.label, m.reference, m.created_at`;

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
