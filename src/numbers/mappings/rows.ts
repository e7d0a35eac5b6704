import { mappingStates } from "../../values/mapping.ts";
import type { CallerIdPolicy, Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { flag, nullable, number, oneOf, phone, rowOf, text, time } from "../../store/row.ts";
import type { RowReader } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import type { ExportedMapping } from "./types.ts";
import { defaultQuarantineSeconds } from "../pools/quarantine.ts";
import type { MappingDetails } from "../types.ts";

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
} satisfies Readonly<Record<string, string>>;

const realIsProxy = "EXISTS (SELECT 1 FROM phone_mappings o WHERE o.fake_phone = m.real_phone)";

const detailColumns = {
  ...exportColumns,
  real_is_proxy: realIsProxy,
  pool_id: "m.poolId",
  quarantine_seconds: "p.quarantineSeconds",
  import_id: "m.importId",
  released_at: "m.releasedAt",
  updated_at: "m.updatedAt",
} satisfies Readonly<Record<string, string>>;

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
} satisfies Readonly<Record<string, string>>;

/**
 * The rows of a query over `m` with their pools. Plain rows, because the entities that TypeORM could make of them take
 * longer than the database itself for a page or for the chunk of an export.
 */
const rowsWith =
  <Row>(columns: Readonly<Record<string, string>>, reader: RowReader<Row>) =>
  (query: MappingQueryBuilder): Promise<Row[]> => {
    query.leftJoin("NumberPool", "p", "p.id = m.poolId").select([]);
    for (const [name, column] of Object.entries(columns)) query.addSelect(column, name);
    return plainRows(query, reader);
  };

const ofEvery = {
  id: number,
  fakePhone: phone,
  realPhone: phone,
  state: oneOf(mappingStates),
  expiresAt: nullable(time),
  callerIdPolicy: nullable(text),
  callerIdNumber: nullable(phone),
};
const readForCall = rowOf({ ...ofEvery, realIsProxy: flag });
const ofExport = {
  ...ofEvery,
  poolName: nullable(text),
  label: nullable(text),
  reference: nullable(text),
  createdAt: time,
};
const readExport = rowOf(ofExport);
const readDetails = rowOf({
  ...ofExport,
  realIsProxy: flag,
  poolId: nullable(number),
  quarantineSeconds: nullable(number),
  importId: nullable(number),
  releasedAt: nullable(time),
  updatedAt: time,
});

export const exportRows = rowsWith(exportColumns, readExport);
export const detailRows = rowsWith(detailColumns, readDetails);
export const rowsForCall = rowsWith(callColumns, readForCall);

export function toExported(row: ReturnType<typeof readExport>): ExportedMapping {
  return {
    id: row.id,
    proxyNumber: row.fakePhone,
    realNumber: row.realPhone,
    state: row.state,
    expiresAtMs: row.expiresAt,
    callerIdPolicy: toPolicy(row.callerIdPolicy, row.callerIdNumber),
    poolName: row.poolName,
    label: row.label,
    reference: row.reference,
    createdAtMs: row.createdAt,
  };
}

export function toMapping(row: ReturnType<typeof readForCall>): Mapping {
  return {
    id: row.id,
    proxyNumber: row.fakePhone,
    realNumber: row.realPhone,
    state: row.state,
    expiresAtMs: row.expiresAt,
    callerIdPolicy: toPolicy(row.callerIdPolicy, row.callerIdNumber),
    realNumberIsProxy: row.realIsProxy,
  };
}

export function toDetails(row: ReturnType<typeof readDetails>): MappingDetails {
  const releasedAtMs = row.releasedAt;
  // Written out: a copy of the other's fields takes several times as long, fifty times for each page.
  return {
    id: row.id,
    proxyNumber: row.fakePhone,
    realNumber: row.realPhone,
    state: row.state,
    expiresAtMs: row.expiresAt,
    callerIdPolicy: toPolicy(row.callerIdPolicy, row.callerIdNumber),
    realNumberIsProxy: row.realIsProxy,
    poolId: row.poolId,
    poolName: row.poolName,
    releasedAtMs,
    restsUntilMs:
      releasedAtMs === null
        ? null
        : releasedAtMs + (row.quarantineSeconds ?? defaultQuarantineSeconds) * 1000,
    importId: row.importId,
    label: row.label,
    reference: row.reference,
    createdAtMs: row.createdAt,
    updatedAtMs: row.updatedAt,
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
