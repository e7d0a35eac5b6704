/**
 * Times are stored in UTC with milliseconds: `datetime(3)` on MySQL, text of the same spelling on SQLite,
 * where it compares as text. This spelling is understood by both as a parameter.
 */
export function toDatabaseTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").slice(0, 23);
}

/** Reads what either driver returns for a time: a Date from mysql2, text from SQLite. UTC milliseconds. */
export function fromDatabaseTime(value: Date | string): number {
  return value instanceof Date ? value.getTime() : Date.parse(`${value.replace(" ", "T")}Z`);
}
