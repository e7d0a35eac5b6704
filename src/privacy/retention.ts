import { In, LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { removeFile } from "../imports/job/uploadFolders.ts";
import { sleep } from "../ops/sleep.ts";
import type { SteadyClock } from "../ops/types.ts";
import { SignInFailure } from "../store/entities/access.ts";
import { CallLog } from "../store/entities/calls.ts";
import { Import, ImportResult } from "../store/entities/imports.ts";
import { RetentionRun } from "../store/entities/privacy.ts";
import { tryLock } from "../store/locks.ts";
import type { Store } from "../store/types.ts";
import { dayMs } from "../values/durations.ts";

/** Kinds of data that are removed when they are old, each by its own setting. */
export const retainedKinds = ["calls", "imports", "signInFailures"] as const;
export type RetainedKind = (typeof retainedKinds)[number];

/** Counts of the last run. */
interface RetentionRunState {
  readonly what: RetainedKind;
  readonly ranAtMs: number;
  readonly removed: number;
}

interface Parts {
  readonly store: Store;
  readonly clock: SteadyClock;
  readonly uploadDirectory: string;
  /** Aborted when the application stops. */
  readonly signal: AbortSignal;
  /** Kinds whose run this instance has begun tonight and not finished, because the database was away. */
  readonly begun: Set<RetainedKind>;
}

/** Rows per transaction, and the pause after it: calls and their records go first. */
const batchRows = 500;
const batchPieces = 20;
const pauseMs = 200;
/** A run belongs to one night. */
const nightMs = dayMs / 2;

/** Removes what is older than the settings say; resolves to whether this instance did it, and no other one tonight. */
export async function removeOld(parts: Parts, what: RetainedKind, days: number): Promise<boolean> {
  const { store, clock, signal, begun } = parts;
  const nowMs = clock.nowMs();
  if (!begun.has(what) && !(await claim(store, what, nowMs))) return false;
  begun.add(what);
  const beforeMs = nowMs - days * dayMs;
  let removed = (await readRuns(store)).find((run) => run.what === what)?.removed ?? 0;
  for (;;) {
    signal.throwIfAborted();
    const batch = await removers[what](parts, beforeMs);
    removed += batch.removed;
    await store.transaction((manager) => manager.update(RetentionRun, { what }, { removed }));
    if (!batch.isMore) break;
    await sleep(clock, pauseMs, signal);
  }
  begun.delete(what);
  return true;
}

/** Of all kinds that have been run. */
export async function readRuns(store: Store): Promise<readonly RetentionRunState[]> {
  const rows = await store.read((manager) => manager.find(RetentionRun));
  return rows.flatMap(({ what, ranAt, removed }) => {
    const kind = retainedKinds.find((known) => known === what);
    return kind === undefined ? [] : [{ what: kind, ranAtMs: ranAt, removed }];
  });
}

function claim(store: Store, what: RetainedKind, nowMs: number): Promise<boolean> {
  return store.transaction(async (manager) => {
    if (!(await tryLock(manager, "retention"))) return false;
    const last = await manager.findOneBy(RetentionRun, { what });
    // Or in the future: the clock was wrong.
    if (last !== null && Math.abs(nowMs - last.ranAt) < nightMs) return false;
    if (last === null) await manager.insert(RetentionRun, { what, ranAt: nowMs, removed: 0 });
    else await manager.update(RetentionRun, { what }, { ranAt: nowMs, removed: 0 });
    return true;
  });
}

interface Batch {
  readonly removed: number;
  readonly isMore: boolean;
}

const removers: Readonly<Record<RetainedKind, (parts: Parts, beforeMs: number) => Promise<Batch>>> = {
  calls: ({ store }, beforeMs) =>
    store.transaction(async (manager) => {
      // The statistics have counted them, and stay.
      const rows = await manager
        .createQueryBuilder(CallLog, "c")
        .select("c.id")
        .where({ callTimestamp: LessThan(beforeMs) })
        .andWhere("c.statsDue IS NULL")
        .orderBy("c.callTimestamp")
        .limit(batchRows)
        .getMany();
      if (rows.length > 0) await manager.delete(CallLog, { id: In(rows.map(({ id }) => id)) });
      return { removed: rows.length, isMore: rows.length === batchRows };
    }),

  async imports({ store, uploadDirectory }, beforeMs) {
    const { token, ...batch } = await store.transaction((manager) => emptyImport(manager, beforeMs));
    // Those on other instances are removed there, as no import needs them any more.
    if (token !== null) await removeFile(uploadDirectory, token);
    return batch;
  },

  signInFailures: ({ store, clock }, beforeMs) =>
    store.transaction(async (manager) => {
      const rows = await manager.find(SignInFailure, {
        select: { subject: true },
        where: { lastAt: LessThan(beforeMs), lockedUntil: LessThan(clock.nowMs()) },
        take: batchRows,
      });
      if (rows.length > 0)
        await manager.delete(SignInFailure, { subject: In(rows.map(({ subject }) => subject)) });
      return { removed: rows.length, isMore: rows.length === batchRows };
    }),
};

/** The import itself stays in the history, with its counts. Removes some of its results at a time, and its first rows last. */
async function emptyImport(
  manager: EntityManager,
  beforeMs: number,
): Promise<Batch & { readonly token: string | null }> {
  const found = await manager
    .createQueryBuilder(Import, "i")
    .where({ finishedAt: LessThan(beforeMs) })
    .andWhere(
      "(i.description NOT LIKE :emptied OR EXISTS (SELECT 1 FROM import_results r WHERE r.import_id = i.id))",
      { emptied: '%"preview":[]%' },
    )
    .orderBy("i.id")
    .limit(1)
    .getOne();
  if (found === null) return { removed: 0, isMore: false, token: null };
  const { id: importId, description, fileToken } = found;
  const pieces = await manager.find(ImportResult, {
    select: { lastRow: true },
    where: { importId },
    take: batchPieces,
  });
  if (pieces.length > 0)
    await manager.delete(ImportResult, { importId, lastRow: In(pieces.map(({ lastRow }) => lastRow)) });
  if (pieces.length === batchPieces) return { removed: 0, isMore: true, token: null };
  const emptied = JSON.stringify({ ...JSON.parse(description), preview: [] });
  await manager.update(Import, { id: importId }, { description: emptied });
  return { removed: 1, isMore: true, token: fileToken };
}
