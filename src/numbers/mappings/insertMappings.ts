import type { EntityManager } from "typeorm";
import type { CallerIdPolicy } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { dialectOf } from "../../store/dialect.ts";
import { execute } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { foldedText } from "./foldedText.ts";
import type { MapRow, PairRow } from "../types.ts";

interface Served {
  readonly row: MapRow & Pick<Partial<PairRow>, "createdAtMs">;
  readonly proxyNumber: PhoneNumber;
}

interface SharedByAll {
  readonly poolId: number;
  readonly importId: number | null;
  /** In the format of `toDatabaseTime`. */
  readonly now: string;
}

const fixedNumber = (policy: CallerIdPolicy | null | undefined): PhoneNumber | null =>
  policy?.kind === "fixed" ? policy.number : null;

/** Optional columns. Most files have none of them, and parameters cost time. */
const optionalColumns: Readonly<Record<string, (row: MapRow) => string | null>> = {
  label: ({ label }) => label ?? null,
  reference: ({ reference }) => reference ?? null,
  expires_at: ({ expiresAtMs }) => (typeof expiresAtMs === "number" ? toDatabaseTime(expiresAtMs) : null),
  caller_id_policy: ({ callerIdPolicy }) => callerIdPolicy?.kind ?? null,
  caller_id_number: ({ callerIdPolicy }) => fixedNumber(callerIdPolicy),
};

const withFoldedTexts: typeof optionalColumns = {
  ...optionalColumns,
  label_folded: ({ label }) => foldedText(label),
  reference_folded: ({ reference }) => foldedText(reference),
};

/**
 * One statement for all rows, with common values as literals. SQL, because imports insert tens of thousands of rows
 * a second, several times what TypeORM can.
 */
export async function insertMappings(
  manager: EntityManager,
  served: readonly Served[],
  { poolId, importId, now }: SharedByAll,
): Promise<void> {
  if (served.length === 0) return;
  const used = Object.entries(dialectOf(manager).foldsText ? withFoldedTexts : optionalColumns).filter(
    ([, read]) => served.some(({ row }) => read(row) !== null),
  );
  const ownTimes = served.some(({ row }) => row.createdAtMs !== undefined);
  const columns = [
    "real_phone",
    "fake_phone",
    ...used.map(([column]) => column),
    ...(ownTimes ? ["created_at"] : []),
  ];
  const literals = {
    pool_id: poolId,
    import_id: importId ?? "NULL",
    ...(!ownTimes && { created_at: `'${now}'` }),
    updated_at: `'${now}'`,
  };
  const tuple = `(${[...columns.map(() => "?"), ...Object.values(literals)].join(",")})`;
  const parameters: (string | null)[] = [];
  for (const { row, proxyNumber } of served) {
    parameters.push(row.realNumber, proxyNumber);
    for (const [, read] of used) parameters.push(read(row));
    if (ownTimes) parameters.push(row.createdAtMs === undefined ? now : toDatabaseTime(row.createdAtMs));
  }
  await execute(
    manager,
    `INSERT INTO phone_mappings (${[...columns, ...Object.keys(literals)].join(",")})
     VALUES ${served.map(() => tuple).join(",")}`,
    parameters,
  );
}
