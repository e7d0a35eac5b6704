import type { EntityManager } from "typeorm";
import type { Actor, Viewer } from "../domain/accessRights.ts";
import type { Logger } from "../ops/types.ts";
import { fromDatabaseTime, toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import type { AuditAction, AuditEvent, AuditRecord } from "./types.ts";

export interface AuditFilter {
  readonly actions?: readonly AuditAction[] | undefined;
  readonly outcome?: AuditEvent["outcome"] | undefined;
  readonly userId?: number | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  readonly fromMs?: number | undefined;
  /** Not included. */
  readonly toMs?: number | undefined;
}

/** What everybody did. Nothing in it is ever changed or removed. */
export interface AuditLog {
  /** Resolves once it is in the database. Rejects when it cannot be written; it is then written later. */
  record(event: AuditEvent): Promise<void>;
  /** Newest first. `before`: only what is older than the record of this id. */
  page(
    filter: AuditFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<{ readonly items: AuditRecord[]; readonly next: number | null }>;
  /** Writes what could not be written before; resolves when it is tried. */
  close(): Promise<void>;
}

interface AuditRow {
  readonly id: number | string;
  readonly at: Date | string;
  readonly action: AuditAction;
  readonly outcome: AuditEvent["outcome"];
  readonly actor_kind: Viewer["kind"];
  readonly actor_id: number | null;
  readonly actor_name: string;
  readonly target_kind: string | null;
  readonly target_id: string | null;
  readonly address: string;
  readonly details: string | null;
}

const mostWaiting = 10_000;
const retryEveryMs = 2000;

export function createAuditLog(parts: {
  readonly store: Store;
  readonly logger: Logger;
  readonly nowMs: () => number;
}): AuditLog {
  const { store, logger, nowMs } = parts;
  const waiting: { readonly event: AuditEvent; readonly atMs: number }[] = [];
  let timer: NodeJS.Timeout | null = null;

  /** What waits goes first, so that the order is right. */
  async function writeWaiting(): Promise<void> {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { event, atMs } = first;
      await store.transaction((manager) => insert(manager, event, atMs));
      if (waiting[0] === first) waiting.shift();
    }
  }

  function retryLater(): void {
    timer ??= setTimeout(() => {
      timer = null;
      writeWaiting().catch(() => retryLater());
    }, retryEveryMs).unref();
  }

  return {
    async record(event) {
      const atMs = nowMs();
      try {
        await store.transaction((manager) => insert(manager, event, atMs));
      } catch (error) {
        if (waiting.length < mostWaiting) waiting.push({ event, atMs });
        // The log is the second place where it is known, should this process end before the database is back.
        const { action, outcome, actor } = event;
        logger.error("An entry of the audit log has to wait for the database", {
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
      const { where, parameters } = conditions(filter, before);
      const rows: AuditRow[] = await store.read((manager) =>
        manager.query(`SELECT * FROM audit_log ${where} ORDER BY id DESC LIMIT ?`, [
          ...parameters,
          limit + 1,
        ]),
      );
      const items = rows.slice(0, limit).map(toRecord);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await writeWaiting().catch(() => undefined);
    },
  };
}

function conditions(
  { actions, outcome, userId, targetKind, targetId, fromMs, toMs }: AuditFilter,
  before: number | null,
): { readonly where: string; readonly parameters: readonly (string | number)[] } {
  const parts: (readonly [sql: string, ...parameters: (string | number)[]])[] = [];
  if (before !== null) parts.push(["id < ?", before]);
  if (actions !== undefined && actions.length > 0)
    parts.push([`action IN (${actions.map(() => "?").join(",")})`, ...actions]);
  if (outcome !== undefined) parts.push(["outcome = ?", outcome]);
  if (userId !== undefined) parts.push(["actor_kind = 'user' AND actor_id = ?", userId]);
  if (targetKind !== undefined) parts.push(["target_kind = ?", targetKind]);
  if (targetId !== undefined) parts.push(["target_id = ?", targetId]);
  if (fromMs !== undefined) parts.push(["at >= ?", toDatabaseTime(fromMs)]);
  if (toMs !== undefined) parts.push(["at < ?", toDatabaseTime(toMs)]);
  return {
    where: parts.length === 0 ? "" : `WHERE ${parts.map(([sql]) => sql).join(" AND ")}`,
    parameters: parts.flatMap(([, ...parameters]) => parameters),
  };
}

async function insert(manager: EntityManager, event: AuditEvent, atMs: number): Promise<void> {
  const { action, outcome, actor, target, address, details } = event;
  await manager.query(
    `INSERT INTO audit_log
       (at, action, outcome, actor_kind, actor_id, actor_name, target_kind, target_id, address, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      toDatabaseTime(atMs),
      action,
      outcome,
      actor.kind,
      actor.id,
      actor.name.slice(0, 100),
      target?.kind.slice(0, 20) ?? null,
      target?.id.slice(0, 150) ?? null,
      address,
      textOf(details),
    ],
  );
}

function textOf(details: AuditEvent["details"]): string | null {
  if (details === null) return null;
  const text = JSON.stringify(details);
  return text.length <= 2000 ? text : JSON.stringify({ tooLong: text.length });
}

function toRecord(row: AuditRow): AuditRecord {
  return {
    id: Number(row.id),
    atMs: fromDatabaseTime(row.at),
    action: row.action,
    outcome: row.outcome,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    target:
      row.target_kind === null || row.target_id === null
        ? null
        : { kind: row.target_kind, id: row.target_id },
    address: row.address,
    details: detailsOf(row.details),
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
