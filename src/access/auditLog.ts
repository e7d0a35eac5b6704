import { In, LessThan, MoreThanOrEqual } from "typeorm";
import type { EntityManager, SelectQueryBuilder } from "typeorm";
import type { Actor, Viewer } from "./rules/rights.ts";
import type { Clock, Logger, TimerHandle } from "../ops/types.ts";
import { AuditChange, AuditEntry } from "../store/entities/access.ts";
import type { AuditRow } from "../store/entities/access.ts";
import { number } from "../store/row.ts";
import type { Store } from "../store/types.ts";
import type { FieldChange } from "../values/fieldChange.ts";
import type { AuditAction, AuditEvent, AuditRecord } from "./types.ts";

interface AuditFilter {
  readonly actions?: readonly AuditAction[] | undefined;
  readonly outcome?: AuditEvent["outcome"] | undefined;
  readonly userId?: number | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  readonly fromMs?: number | undefined;
  /** Exclusive. */
  readonly toMs?: number | undefined;
}

/** The audit log. Entries are never changed or removed; an erasure removes the values that name the number. */
export interface AuditLog {
  /** Resolves once it is in the database. Rejects if it cannot be written now; it is then written later. */
  record(event: AuditEvent): Promise<void>;
  /** Newest first. `before`: only records older than this ID. */
  page(
    filter: AuditFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<{ readonly items: AuditRecord[]; readonly next: number | null }>;
  /** Retries entries that could not be written; resolves after the attempt. */
  close(): Promise<void>;
}

const mostWaiting = 10_000;
const retryEveryMs = 2000;
/** Of the columns of old and new values. */
const longestValue = 500;

export function createAuditLog(parts: {
  readonly store: Store;
  readonly logger: Logger;
  readonly clock: Clock;
}): AuditLog {
  const { store, logger, clock } = parts;
  const waiting: { readonly event: AuditEvent; readonly atMs: number }[] = [];
  let timer: TimerHandle | null = null;
  let closed = false;

  /** Pending entries are written first, to keep the order. */
  async function writeWaiting(): Promise<void> {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { event, atMs } = first;
      await store.transaction((manager) => insert(manager, event, atMs));
      if (waiting[0] === first) waiting.shift();
    }
  }

  function retryLater(): void {
    if (closed) return;
    timer ??= clock.setTimer(() => {
      timer = null;
      writeWaiting().catch(() => retryLater());
    }, retryEveryMs);
  }

  return {
    async record(event) {
      const atMs = clock.nowMs();
      try {
        await store.transaction((manager) => insert(manager, event, atMs));
      } catch (error) {
        if (waiting.length < mostWaiting) waiting.push({ event, atMs });
        // The log keeps the event in case this process ends before the database is back.
        const { action, outcome, actor } = event;
        logger.error("Could not write to the audit log, retrying", {
          action,
          outcome,
          actor: actor.kind,
          actorId: actor.id,
          error,
        });
        retryLater();
        throw error;
      }
    },

    async page(filter, { before, limit }) {
      return store.read(async (manager) => {
        const rows = await select(manager, filter, before)
          .limit(limit + 1)
          .getMany();
        const shown = rows.slice(0, limit);
        const changes = await changesOf(
          manager,
          shown.map(({ id }) => id),
        );
        const items = shown.map((row) => toRecord(row, changes.get(row.id) ?? []));
        return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
      });
    },

    async close() {
      closed = true;
      if (timer !== null) clock.clearTimer(timer);
      timer = null;
      await writeWaiting().catch(() => undefined);
    },
  };
}

function select(
  manager: EntityManager,
  { actions, outcome, userId, targetKind, targetId, fromMs, toMs }: AuditFilter,
  before: number | null,
): SelectQueryBuilder<AuditRow> {
  const entries = manager.createQueryBuilder(AuditEntry, "entry").orderBy("entry.id", "DESC");
  if (before !== null) entries.andWhere({ id: LessThan(before) });
  if (actions !== undefined && actions.length > 0) entries.andWhere({ action: In(actions) });
  if (outcome !== undefined) entries.andWhere({ outcome });
  if (userId !== undefined) entries.andWhere({ actorKind: "user", actorId: userId });
  if (targetKind !== undefined) entries.andWhere({ targetKind });
  if (targetId !== undefined) entries.andWhere({ targetId });
  if (fromMs !== undefined) entries.andWhere({ at: MoreThanOrEqual(fromMs) });
  if (toMs !== undefined) entries.andWhere({ at: LessThan(toMs) });
  return entries;
}

async function insert(manager: EntityManager, event: AuditEvent, atMs: number): Promise<void> {
  const { action, outcome, actor, target, address, details, changes = [] } = event;
  const made = await manager.insert(AuditEntry, {
    at: atMs,
    action,
    outcome,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name.slice(0, 100),
    targetKind: target?.kind.slice(0, 20) ?? null,
    targetId: target?.id.slice(0, 150) ?? null,
    address,
    details: textOf(details),
  });
  if (changes.length === 0) return;
  // One row was inserted, so this is its ID on either database.
  const auditId = number(made.identifiers[0]?.["id"]);
  await manager.insert(
    AuditChange,
    changes.map(({ field, before, after }) => ({
      auditId,
      field,
      before: before?.slice(0, longestValue) ?? null,
      after: after?.slice(0, longestValue) ?? null,
    })),
  );
}

async function changesOf(
  manager: EntityManager,
  auditIds: readonly number[],
): Promise<ReadonlyMap<number, readonly FieldChange[]>> {
  const found = new Map<number, FieldChange[]>();
  if (auditIds.length === 0) return found;
  const rows = await manager.find(AuditChange, {
    where: { auditId: In([...auditIds]) },
    order: { id: "ASC" },
  });
  for (const { auditId, field, before, after } of rows)
    found.set(auditId, [...(found.get(auditId) ?? []), { field, before, after }]);
  return found;
}

function textOf(details: AuditEvent["details"]): string | null {
  if (details === null) return null;
  const text = JSON.stringify(details);
  return text.length <= 2000 ? text : JSON.stringify({ tooLong: text.length });
}

function toRecord(row: AuditRow, changes: readonly FieldChange[]): AuditRecord {
  return {
    id: row.id,
    atMs: row.at,
    action: row.action,
    outcome: row.outcome,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    target:
      row.targetKind === null || row.targetId === null ? null : { kind: row.targetKind, id: row.targetId },
    address: row.address,
    details: detailsOf(row.details),
    changes,
  };
}

function detailsOf(text: string | null): AuditEvent["details"] {
  if (text === null) return null;
  const details: AuditEvent["details"] = JSON.parse(text);
  return details;
}

export function actorOf(viewer: Viewer): Actor {
  switch (viewer.kind) {
    case "user":
      return { kind: "user", id: viewer.userId, name: viewer.username };
    case "key":
      return { kind: "key", id: viewer.keyId, name: viewer.name };
    case "open":
    case "anonymous":
    case "address":
      return { kind: viewer.kind, id: null, name: "" };
  }
}
