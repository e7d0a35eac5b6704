import { dayMs } from "../../values/durations.ts";

const namePattern = /^phone-proxy-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** The name of a backup begun at this time. In order of their names, backups are in order of their times. */
export const backupName = (atMs: number): string =>
  `phone-proxy-${new Date(atMs).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;

/** When a backup was begun; null if this is not the name of one. */
export function backupTimeOf(name: string): number | null {
  const [, day, hours, minutes, seconds] = namePattern.exec(name) ?? [];
  return day === undefined ? null : Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
}

/** The backups among these names, oldest first. */
export const backupsAmong = (names: readonly string[]): readonly string[] =>
  names.filter((name) => backupTimeOf(name) !== null).toSorted();

/** Whether a backup is dated in the future: the clock was wrong when it was made, and its place in the order is, too. */
export const isOfFuture = (name: string, nowMs: number): boolean =>
  (backupTimeOf(name) ?? nowMs) > nowMs + dayMs;

/** Backups to remove: those older than `keepDays`, except the newest. */
export function expiredBackups(names: readonly string[], keepDays: number, nowMs: number): readonly string[] {
  return backupsAmong(names)
    .filter((name) => !isOfFuture(name, nowMs))
    .slice(0, -1)
    .filter((name) => (backupTimeOf(name) ?? nowMs) < nowMs - keepDays * dayMs);
}
