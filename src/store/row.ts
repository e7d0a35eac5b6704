import type { PhoneNumber } from "../values/phoneNumber.ts";
import { fromDatabaseTime } from "./time.ts";

/**
 * Rows of raw SQL do not have a guaranteed type, so each column is checked. The error omits the value, which may be
 * a phone number.
 */
export class RowError extends TypeError {
  readonly code = "ROW_UNEXPECTED";

  readonly #expected: string;

  constructor(expected: string, column = "") {
    super(`${column === "" ? "A column" : `The column ${column}`} of a row is not ${expected}.`);
    this.name = "RowError";
    this.#expected = expected;
  }

  /** The same error with the column name. */
  of(column: string): RowError {
    return new RowError(this.#expected, column);
  }
}

/** Reads a column value as returned by a driver. Throws a `RowError`. */
export type Column<T> = (value: unknown) => T;

type Shape = Readonly<Record<string, Column<unknown>>>;

type RowOf<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

export type RowReader<T> = (row: unknown) => T;

/** `number` also for sums and 64 bits, which the two drivers return as numbers, text, or bigint. */
export const number: Column<number> = (value) => {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value)))
    return Number(value);
  throw new RowError("a number");
};

export const text: Column<string> = (value) => {
  if (typeof value === "string") return value;
  throw new RowError("text");
};

/** 0 or 1, from comparisons and columns. */
export const flag: Column<boolean> = (value) => number(value) !== 0;

/** UTC milliseconds. */
export const time: Column<number> = (value) => {
  if (value instanceof Date || typeof value === "string") {
    const atMs = fromDatabaseTime(value);
    if (!Number.isNaN(atMs)) return atMs;
  }
  throw new RowError("a time");
};

/** A column of phone numbers, which contains only digits. */
export const phone: Column<PhoneNumber> = (value) => {
  if (isDigits(value)) return value;
  throw new RowError("a phone number");
};

export const nullable =
  <T>(column: Column<T>): Column<T | null> =>
  (value) =>
    value === null ? null : column(value);

/** An unknown word, written by a later version or by hand, is read as `otherwise`. */
export const oneOf =
  <T extends string>(values: readonly T[], otherwise: T): Column<T> =>
  (value) => {
    const word = text(value);
    return values.find((one) => one === word) ?? otherwise;
  };

/** Reads rows with these columns; a property `fakePhone` is the column `fake_phone`. Other columns are left out. */
export function rowOf<S extends Shape>(shape: S): RowReader<RowOf<S>> {
  const columns = Object.entries(shape).map(
    ([property, read]) =>
      [property, property.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`), read] as const,
  );
  return (row) => {
    if (!isRecord(row)) throw new RowError("there");
    const result: Record<string, unknown> = {};
    let current = "";
    try {
      for (const [property, name, read] of columns) {
        current = name;
        result[property] = read(row[name]);
      }
    } catch (error) {
      throw error instanceof RowError ? error.of(current) : error;
    }
    // Each property was read by its own reader above.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return result as RowOf<S>;
  };
}

/**
 * The same for rows of which every page has many: `read` names the columns in one expression, which takes a fifth of
 * the time. If a column is wrong, `rowOf` names it.
 */
export function rowReadBy<S extends Shape>(
  shape: S,
  read: (row: Readonly<Record<string, unknown>>) => RowOf<S>,
): RowReader<RowOf<S>> {
  const slowly = rowOf(shape);
  return (row) => {
    if (!isRecord(row)) return slowly(row);
    try {
      return read(row);
    } catch (error) {
      if (error instanceof RowError) slowly(row);
      throw error;
    }
  };
}

const isRecord = (row: unknown): row is Readonly<Record<string, unknown>> =>
  typeof row === "object" && row !== null;

const isDigits = (value: unknown): value is PhoneNumber =>
  typeof value === "string" && /^\d{1,20}$/.test(value);
