import { fromDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import type { AuditLog } from "./auditLog.ts";
import type { AuditAction, AuditActor, AuditRecord } from "./types.ts";

export interface MappingEvent {
  readonly atMs: number;
  readonly what: "created" | "changed" | "released";
  /** Names of what was changed, e.g. `state`; empty when that is not known. */
  readonly fields: readonly string[];
  /** null: not known, as of what was done by a filter or an import. */
  readonly actor: AuditActor | null;
  /** Of a mapping that an import created. */
  readonly importId: number | null;
}

export interface MappingHistory {
  /**
   * Who changed the mapping when, newest first. `before`: as `next` of the page before. Null: there is no such
   * mapping.
   */
  page(
    mappingId: number,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<{ readonly items: readonly MappingEvent[]; readonly next: number | null } | null>;
}

interface MappingTimes {
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
  readonly import_id: number | null;
}

const shownActions: readonly AuditAction[] = ["change", "delete"];

/** From the audit log, and from the times that the mapping itself has. */
export function createMappingHistory(store: Store, audit: Pick<AuditLog, "page">): MappingHistory {
  async function timesOf(mappingId: number): Promise<MappingTimes | null> {
    const [row]: MappingTimes[] = await store.read((manager) =>
      manager.query("SELECT created_at, updated_at, import_id FROM phone_mappings WHERE id = ?", [mappingId]),
    );
    return row ?? null;
  }

  /** Whoever had the import run. */
  async function importer(importId: number): Promise<AuditActor | null> {
    const { items } = await audit.page(
      { actions: ["upload"], outcome: "done", targetKind: "imports", targetId: String(importId) },
      { before: null, limit: 1 },
    );
    return items[0]?.actor ?? null;
  }

  async function creation({
    created_at: createdAt,
    import_id: importId,
  }: MappingTimes): Promise<MappingEvent> {
    const actor = importId === null ? null : await importer(importId);
    return { atMs: fromDatabaseTime(createdAt), what: "created", fields: [], actor, importId };
  }

  return {
    async page(mappingId, { before, limit }) {
      const times = await timesOf(mappingId);
      if (times === null) return null;
      const { items: records, next } = await audit.page(
        {
          actions: shownActions,
          outcome: "done",
          targetKind: "mappings",
          targetId: String(mappingId),
        },
        { before, limit },
      );
      const items = records.map(eventOf);
      if (before === null) items.unshift(...unwritten(times, records));
      if (next === null) items.push(await creation(times));
      return { items, next };
    },
  };
}

function eventOf({ atMs, action, actor, details }: AuditRecord): MappingEvent {
  const fields = details?.["fields"];
  return {
    atMs,
    what: action === "delete" ? "released" : "changed",
    fields: typeof fields === "string" && fields !== "" ? fields.split(",") : [],
    actor,
    importId: null,
  };
}

/** The log names what was done to one mapping; a later change was one of many, of which it names the filter only. */
function unwritten(
  { created_at: createdAt, updated_at: updatedAt }: MappingTimes,
  records: readonly AuditRecord[],
): MappingEvent[] {
  const atMs = fromDatabaseTime(updatedAt);
  const lastWritten = records[0]?.atMs ?? fromDatabaseTime(createdAt);
  return atMs > lastWritten ? [{ atMs, what: "changed", fields: [], actor: null, importId: null }] : [];
}
