import { digitsThatShowFour, shownDigits } from "../../values/masking.ts";
import type { Store } from "../../store/types.ts";
import { foldText, textColumn } from "./foldedText.ts";
import { placeholders } from "../pools/rows.ts";
import type { MappingFilter } from "./types.ts";

export interface FilterSql {
  /** `m` is the mapping. */
  readonly from: string;
  readonly conditions: readonly string[];
  /** Of `from` and then of the conditions. */
  readonly parameters: readonly unknown[];
}

/**
 * `index`: what is said of indexes behind the table, where it is asked itself.
 *
 * Each part of a filter is answered by an index; what has several is united before anything else.
 */
export function filterSql(kind: Store["kind"], filter: MappingFilter, index = ""): FilterSql {
  const candidates = [...byNumber(filter), ...bySuffix(filter)];
  const from =
    candidates.length === 0
      ? `phone_mappings m ${index}`
      : `(${candidates.map(({ sql }) => sql).join(" UNION ")}) f JOIN phone_mappings m ON m.id = f.id`;
  const conditions: string[] = [];
  const parameters: unknown[] = candidates.flatMap((one) => one.parameters);
  const add = (sql: string, ...values: readonly unknown[]): void => {
    conditions.push(sql);
    parameters.push(...values);
  };
  // Found by number and by suffix at once: the suffix is a condition then.
  if (filter.number !== undefined && filter.suffix !== undefined) {
    const like = `%${filter.suffix}`;
    const ends = sidesOf(filter, filter.suffix).map(({ phone, only }) => `(${phone} LIKE ?${only})`);
    add(`(${ends.join(" OR ")})`, ...ends.map(() => like));
  }
  if (filter.ids !== undefined) add(`m.id IN (${placeholders(filter.ids)})`, ...filter.ids);
  if (filter.poolId !== undefined) add("m.pool_id = ?", filter.poolId);
  if (filter.state !== undefined) add("m.state = ?", filter.state);
  if (filter.importId !== undefined) add("m.import_id = ?", filter.importId);
  for (const column of ["label", "reference"] as const) {
    const prefix = filter[column];
    if (prefix === undefined) continue;
    if (kind === "mysql") add(`m.${column} LIKE ? ESCAPE '!'`, `${prefix.replaceAll(/[!%_]/g, "!$&")}%`);
    else {
      const key = `m.${textColumn(kind, column)}`;
      const folded = foldText(prefix);
      add(`${key} >= ? AND ${key} < ?`, folded, `${folded}\u{10FFFF}`);
    }
  }
  return { from, conditions, parameters };
}

interface Candidates {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

function byNumber({ number, realNumbersMasked }: MappingFilter): readonly Candidates[] {
  if (number === undefined) return [];
  const columns = realNumbersMasked ? ["fake_phone"] : ["real_phone", "fake_phone", "released_real_phone"];
  return columns.map((column) => ({
    sql: `SELECT id FROM phone_mappings WHERE ${column} = ?`,
    parameters: [number],
  }));
}

/** The index has the last four digits as a number: fewer digits stand for several, more are compared as well. */
function bySuffix(filter: MappingFilter): readonly Candidates[] {
  const { number, suffix } = filter;
  if (suffix === undefined || number !== undefined) return [];
  const last = suffix.slice(-4);
  const step = 10 ** last.length;
  const values = Array.from({ length: 10_000 / step }, (_, index) => index * step + Number(last));
  return sidesOf(filter, suffix).map(({ digits, phone, only }) => ({
    sql: `SELECT id FROM phone_mappings WHERE ${digits} IN (${placeholders(values)}) AND ${phone} LIKE ?${only}`,
    parameters: [...values, `%${suffix}`],
  }));
}

/** The real number of a mapping, or the one that it had before its release. */
const heldNumber = "COALESCE(real_phone, released_real_phone)";

/** The numbers whose end the suffix may be; `only` is what the number has to be besides. */
function sidesOf({ realNumbersMasked }: MappingFilter, suffix: string) {
  const proxy = { digits: "fake_last4", phone: "fake_phone", only: "" };
  const real = { digits: "real_last4", phone: heldNumber, only: "" };
  if (!realNumbersMasked) return [real, proxy];
  if (suffix.length > shownDigits) return [proxy];
  return [{ ...real, only: ` AND LENGTH(${heldNumber}) >= ${digitsThatShowFour}` }, proxy];
}
