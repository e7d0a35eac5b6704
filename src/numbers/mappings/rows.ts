import type { EntityManager } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import type { CallerIdPolicy, Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { flag, nullable, number, oneOf, phone, rowOf, rowReadBy, text, time } from "../../store/row.ts";
import type { RowReader } from "../../store/row.ts";
import { plainRows, selectRows } from "../../store/sql.ts";
import type { Parameter } from "../../store/sql.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import type { ExportedMapping } from "./types.ts";
import { defaultQuarantineSeconds } from "../pools/quarantine.ts";
import type { MappingDetails } from "../types.ts";

/** The columns of lists, of `m` and its pool. A released mapping shows its former real number. */
const exportColumns = {
  id: "m.id",
  fake_phone: "m.fake_phone",
  real_phone: "COALESCE(m.real_phone, m.released_real_phone)",
  state: "m.state",
  expires_at: "m.expires_at",
  caller_id_policy: "m.caller_id_policy",
  caller_id_number: "m.caller_id_number",
  pool_name: "p.name",
  label: "m.label",
  reference: "m.reference",
  created_at: "m.created_at",
} satisfies Readonly<Record<string, string>>;

const realIsProxy = "EXISTS (SELECT 1 FROM phone_mappings o WHERE o.fake_phone = m.real_phone)";

const detailColumns = {
  ...exportColumns,
  real_is_proxy: realIsProxy,
  pool_id: "m.pool_id",
  quarantine_seconds: "p.quarantine_seconds",
  import_id: "m.import_id",
  released_at: "m.released_at",
  updated_at: "m.updated_at",
} satisfies Readonly<Record<string, string>>;

/** The columns for calls: the caller ID policy is the mapping's own or that of its pool. */
const callColumns = {
  id: "m.id",
  fake_phone: "m.fake_phone",
  real_phone: exportColumns.real_phone,
  state: "m.state",
  expires_at: "m.expires_at",
  real_is_proxy: realIsProxy,
  caller_id_policy: "COALESCE(m.caller_id_policy, p.caller_id_policy)",
  caller_id_number:
    "CASE WHEN m.caller_id_policy IS NULL THEN p.caller_id_number ELSE m.caller_id_number END",
} satisfies Readonly<Record<string, string>>;

/**
 * The rows of a query over `m` with their pools. Plain rows, because the entities that TypeORM could make of them take
 * longer than the database itself for a page or for the chunk of an export; and the columns as one text, because TypeORM
 * takes longer to put them together than the rest of a lookup.
 */
const rowsWith = <Row>(columns: Readonly<Record<string, string>>, reader: RowReader<Row>) => {
  const selection = Object.entries(columns)
    .map(([name, column]) => `${column} AS ${name}`)
    .join(", ");
  const select = (query: MappingQueryBuilder): MappingQueryBuilder =>
    query.leftJoin("NumberPool", "p", "p.id = m.pool_id").select(selection);
  return {
    of: (query: MappingQueryBuilder): Promise<Row[]> => plainRows(select(query), reader),
    /**
     * The same for a query whose SQL never changes, so that it is written only once: that takes TypeORM longer than
     * reading a page. `build` gives texts as its parameters, because TypeORM writes numbers into the SQL for SQLite; the
     * real parameters follow in the same order.
     */
    always(build: (manager: EntityManager) => MappingQueryBuilder) {
      let written: readonly [sql: string, parameters: readonly unknown[]] | undefined;
      return (manager: EntityManager, parameters: readonly Parameter[]): Promise<Row[]> => {
        written ??= select(build(manager)).getQueryAndParameters();
        const [sql, { length }] = written;
        if (length !== parameters.length)
          throw new Error(`A query has ${length} parameters and was given ${parameters.length}.`);
        return selectRows(manager, reader, sql, parameters);
      };
    },
  };
};

const ofEvery = {
  id: number,
  fakePhone: phone,
  realPhone: nullable(phone),
  // No calls to a mapping in a state that this version does not know.
  state: oneOf(mappingStates, "disabled"),
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
const ofDetails = {
  ...ofExport,
  realIsProxy: flag,
  poolId: nullable(number),
  quarantineSeconds: nullable(number),
  importId: nullable(number),
  releasedAt: nullable(time),
  updatedAt: time,
};
const readDetails = rowReadBy(ofDetails, (row) => ({
  id: ofDetails.id(row["id"]),
  fakePhone: ofDetails.fakePhone(row["fake_phone"]),
  realPhone: ofDetails.realPhone(row["real_phone"]),
  state: ofDetails.state(row["state"]),
  expiresAt: ofDetails.expiresAt(row["expires_at"]),
  callerIdPolicy: ofDetails.callerIdPolicy(row["caller_id_policy"]),
  callerIdNumber: ofDetails.callerIdNumber(row["caller_id_number"]),
  poolName: ofDetails.poolName(row["pool_name"]),
  label: ofDetails.label(row["label"]),
  reference: ofDetails.reference(row["reference"]),
  createdAt: ofDetails.createdAt(row["created_at"]),
  realIsProxy: ofDetails.realIsProxy(row["real_is_proxy"]),
  poolId: ofDetails.poolId(row["pool_id"]),
  quarantineSeconds: ofDetails.quarantineSeconds(row["quarantine_seconds"]),
  importId: ofDetails.importId(row["import_id"]),
  releasedAt: ofDetails.releasedAt(row["released_at"]),
  updatedAt: ofDetails.updatedAt(row["updated_at"]),
}));

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
  // Written out: copying the other's fields takes several times as long, fifty times per page.
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
    quarantinedUntilMs:
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

/** An unknown policy, written by hand or by a later version, must not unmask a number: anonymous. */
export function toPolicy(kind: string | null, number: PhoneNumber | null): CallerIdPolicy | null {
  switch (kind) {
    case null:
      return null;
    case "proxy":
    case "dialled":
    case "caller":
      return { kind };
    case "fixed":
      return number === null ? { kind: "anonymous" } : { kind, number };
    default:
      return { kind: "anonymous" };
  }
}
