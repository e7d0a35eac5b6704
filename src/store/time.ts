/**
 * Times are stored in UTC with milliseconds: `datetime(3)` on MySQL, text in the same format on SQLite, where it
 * compares as text. Both accept this format as a parameter.
 */
export function toDatabaseTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").slice(0, 23);
}

/** Reads a time from either driver: a Date from mysql2, text from SQLite. UTC milliseconds. */
export function fromDatabaseTime(value: Date | string): number {
  return value instanceof Date ? value.getTime() : Date.parse(`${value.replace(" ", "T")}Z`);
}
