import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import { digitsThatShowFour, shownDigits } from "../../values/masking.ts";
import { dialectOf } from "../../store/dialect.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { PhoneMappingRow } from "../../store/entities/mappings.ts";
import { foldText, searchable } from "../../values/searchableText.ts";
import type { MappingFilter, TextSearch } from "./types.ts";

export type MappingQueryBuilder = SelectQueryBuilder<PhoneMappingRow>;

/** The mappings that a filter selects, as `m`. */
export function mappingsOf(manager: EntityManager, filter: MappingFilter): MappingQueryBuilder {
  const query = manager.createQueryBuilder(PhoneMapping, "m");
  const { number, suffix, search, ids, poolId, state, importId } = filter;
  if (number !== undefined) add(query, hasNumber(filter, number));
  if (suffix !== undefined) add(query, endsWith(filter, suffix));
  if (search !== undefined) add(query, contains(filter, search));
  if (ids !== undefined) query.andWhere("m.id IN (:...ids)", { ids });
  // The index of states and pools has the states first.
  if (poolId !== undefined && state === undefined)
    query.andWhere("m.state IN (:...states)", { states: mappingStates });
  if (state !== undefined) query.andWhere("m.state = :state", { state });
  if (poolId !== undefined) query.andWhere("m.poolId = :poolId", { poolId });
  if (importId !== undefined) query.andWhere("m.importId = :importId", { importId });
  for (const column of ["label", "reference"] as const) {
    const prefix = filter[column];
    if (prefix !== undefined) add(query, beginsWith(manager, column, prefix));
  }
  return query;
}

interface Condition {
  readonly sql: string;
  readonly parameters: ObjectLiteral;
}

function add(query: MappingQueryBuilder, { sql, parameters }: Condition): void {
  query.andWhere(sql, parameters);
}

function hasNumber({ realNumbersMasked }: MappingFilter, number: string): Condition {
  const last4 = Number(number.slice(-4));
  const sides = realNumbersMasked
    ? ["m.fakePhone = :number"]
    : [
        "m.realPhone = :number",
        "m.fakePhone = :number",
        // Few mappings are released, and few of them have these digits: the number itself needs no index.
        "(m.realLast4 = :numberLast4 AND m.releasedRealPhone = :number)",
      ];
  return { sql: `(${sides.join(" OR ")})`, parameters: { number, numberLast4: last4 } };
}

/** The index has the last four digits as a number: fewer digits stand for several, more are compared as well. */
function endsWith({ realNumbersMasked }: MappingFilter, suffix: string): Condition {
  const last = suffix.slice(-4);
  const step = 10 ** last.length;
  const last4 = Array.from({ length: 10_000 / step }, (_, index) => index * step + Number(last));
  const proxy = "(m.fakeLast4 IN (:...last4) AND m.fakePhone LIKE :end)";
  const real = `m.realLast4 IN (:...last4) AND m.heldPhone LIKE :end`;
  const sides = [proxy];
  if (!realNumbersMasked) sides.push(`(${real})`);
  // A masked number shows its last four digits if it is long enough.
  else if (suffix.length <= shownDigits)
    sides.push(`(${real} AND LENGTH(m.heldPhone) >= ${digitsThatShowFour})`);
  return { sql: `(${sides.join(" OR ")})`, parameters: { last4, end: `%${suffix}` } };
}

/** Of columns of one index. A masked number shows its last four digits if it is long enough. */
function contains({ realNumbersMasked }: MappingFilter, { text, digits }: TextSearch): Condition {
  const parameters: ObjectLiteral = { searched: searchable(text) };
  const places = ["INSTR(m.searchText, :searched) > 0"];
  for (const [index, some] of digits.entries()) {
    parameters[`digits${index}`] = some;
    if (some !== text) places.push(`INSTR(m.searchText, :digits${index}) > 0`);
    if (!realNumbersMasked) places.push(`INSTR(m.heldPhone, :digits${index}) > 0`);
    else if (some.length <= shownDigits) {
      parameters[`end${index}`] = `%${some}`;
      places.push(`(m.heldPhone LIKE :end${index} AND LENGTH(m.heldPhone) >= ${digitsThatShowFour})`);
    }
  }
  return { sql: `(${places.join(" OR ")})`, parameters };
}

function beginsWith(manager: EntityManager, column: "label" | "reference", text: string): Condition {
  const { foldsText, textKey } = dialectOf(manager);
  const key = `m.${textKey(column)}`;
  if (!foldsText) {
    const pattern = `${text.replaceAll(/[!%_]/g, "!$&")}%`;
    return { sql: `${key} LIKE :${column} ESCAPE '!'`, parameters: { [column]: pattern } };
  }
  const from = foldText(text);
  return {
    sql: `${key} >= :${column}From AND ${key} < :${column}Until`,
    parameters: { [`${column}From`]: from, [`${column}Until`]: `${from}\u{10FFFF}` },
  };
}
