import { callerIdText } from "../../values/mapping.ts";
import type { KnownMapping } from "../../values/mapping.ts";
import type { ImportField, ImportRow } from "./row.ts";

type TextField = Extract<ImportField, "label" | "reference" | "pool" | "callerIdPolicy" | "proxyNumber">;

/** A field of a known number that differs between the file and the stored data. Times are UTC milliseconds. */
export type Difference =
  | { readonly field: TextField; readonly ours: string | null; readonly file: string }
  | { readonly field: "expiry"; readonly ours: number | null; readonly file: number | null };

/** Fields that an import may change in a known number. The others decide who reaches whom, and stay. */
const updatable: ReadonlySet<Difference["field"]> = new Set(["label", "reference", "expiry"]);

export const isUpdatable = ({ field }: Pick<Difference, "field">): boolean => updatable.has(field);

/** Whether the row has any data besides its number. Most files do not. */
export const saysMore = (row: ImportRow): boolean =>
  row.label !== null ||
  row.reference !== null ||
  row.expiresAtMs !== null ||
  row.neverExpires === true ||
  row.pool !== null ||
  row.callerIdPolicy !== null ||
  row.proxyNumber !== null;

/** The fields in which the row differs from the stored data. An empty cell does not count. */
export function differencesOf(row: ImportRow, stored: KnownMapping): readonly Difference[] {
  const found: Difference[] = [];
  const compare = (field: TextField, ours: string | null, file: string | null): void => {
    if (file !== null && file !== ours) found.push({ field, ours, file });
  };
  compare("label", stored.label, row.label);
  compare("reference", stored.reference, row.reference);
  const saysExpiry = row.expiresAtMs !== null || row.neverExpires === true;
  if (saysExpiry && row.expiresAtMs !== stored.expiresAtMs)
    found.push({ field: "expiry", ours: stored.expiresAtMs, file: row.expiresAtMs });
  // Names of pools are not case-sensitive.
  if (row.pool?.toLowerCase() !== stored.poolName?.toLowerCase()) compare("pool", stored.poolName, row.pool);
  compare("callerIdPolicy", callerIdText(stored.callerIdPolicy), callerIdText(row.callerIdPolicy));
  compare("proxyNumber", stored.proxyNumber, row.proxyNumber);
  return found;
}

/** New values for the fields that differ and may be changed. */
interface MappingUpdate {
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly expiresAtMs?: number | null;
}

export const updateOf = (differences: readonly Difference[], to: "file" | "ours"): MappingUpdate =>
  Object.assign(
    {},
    ...differences.map((difference): MappingUpdate => {
      if (difference.field === "expiry") return { expiresAtMs: difference[to] };
      return isUpdatable(difference) ? { [difference.field]: difference[to] } : {};
    }),
  );
