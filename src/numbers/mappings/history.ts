import type { RecordedActor } from "../../access/rules/rights.ts";
import { readMappingChanges } from "./mappingChanges.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import { readBulkChanges } from "./bulkChanges.ts";
import type { RecordedBulkChange } from "./bulkChanges.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { PhoneMappingRow } from "../../store/entities/mappings.ts";
import type { Store } from "../../store/types.ts";
import type { AuditLog } from "../../access/auditLog.ts";
import type { AuditAction, AuditRecord } from "../../access/types.ts";

export interface MappingEvent {
  readonly atMs: number;
  /** `created`, `changed`, `released`, `restored`, or `renumbered`; a later version may have recorded more. */
  readonly what: string;
  /** Names of the changed fields, e.g. `state`; empty if unknown. */
  readonly fields: readonly string[];
  /** Old and new values, as far as they are known; never those of a number. */
  readonly changes: readonly FieldChange[];
  /** null: unknown. */
  readonly actor: RecordedActor | null;
  /** The import that created or changed the mapping, or whose undo did. */
  readonly importId: number | null;
}

/** A position between two entries: older ones have lower IDs, in the audit log and among the bulk changes. */
export interface HistoryPlace {
  readonly auditId: number;
  readonly bulkId: number;
}

export interface MappingHistory {
  /**
   * The changes of the mapping, newest first. `before`: the `next` of the previous page. Null: the mapping does not
   * exist.
   */
  page(
    mappingId: number,
    page: { readonly before: HistoryPlace | null; readonly limit: number },
  ): Promise<{ readonly items: readonly MappingEvent[]; readonly next: HistoryPlace | null } | null>;
  /** Old and new values of the changes of mappings among entries of the audit log, by the ID of the entry. */
  changesOf(records: readonly AuditRecord[]): Promise<ReadonlyMap<number, readonly FieldChange[]>>;
}

type MappingTimes = Pick<PhoneMappingRow, "createdAt" | "updatedAt" | "importId">;

const shownActions: readonly AuditAction[] = ["change", "delete"];

/** Combines the audit log, the bulk changes, and the mapping's own times. */
export function createMappingHistory(store: Store, audit: Pick<AuditLog, "page">): MappingHistory {
  async function timesOf(mappingId: number): Promise<MappingTimes | null> {
    return store.read((manager) =>
      manager.findOne(PhoneMapping, {
        select: { createdAt: true, updatedAt: true, importId: true },
        where: { id: mappingId },
      }),
    );
  }

  /** The user who last imported the file, or undid that. */
  async function importer(
    importId: number,
    did: "import" | "undo" = "import",
  ): Promise<RecordedActor | null> {
    const actions: readonly AuditAction[] = [did === "import" ? "upload" : "delete"];
    const { items } = await audit.page(
      { actions, outcome: "done", targetKind: "imports", targetId: String(importId) },
      { before: null, limit: 1 },
    );
    return items[0]?.actor ?? null;
  }

  /** A change that an import made names it; it was asked for by a person or a program. */
  async function withImporter(event: MappingEvent): Promise<MappingEvent> {
    const { kind, id } = event.actor ?? { kind: "", id: null };
    if (id === null || (kind !== "import" && kind !== "undo")) return event;
    return { ...event, actor: await importer(id, kind), importId: id };
  }

  async function withValues(
    mappingId: number,
    events: readonly (MappingEvent & ChangedAt)[],
  ): Promise<readonly MappingEvent[]> {
    const times = events.flatMap(({ changedAtMs }) => changedAtMs ?? []);
    const changes = await store.read((manager) => readMappingChanges(manager, mappingId, times));
    return events.map(({ changedAtMs, ...event }) => ({
      ...event,
      changes: changedAtMs === null ? [] : (changes.get(changedAtMs) ?? []),
    }));
  }

  async function creation({ createdAt, importId }: MappingTimes): Promise<MappingEvent> {
    const actor = importId === null ? null : await importer(importId);
    return { atMs: createdAt, what: "created", fields: [], changes: [], actor, importId };
  }

  return {
    async changesOf(records) {
      const found = new Map<number, readonly FieldChange[]>();
      for (const record of records) {
        const { changedAtMs } = eventOf(record);
        if (changedAtMs === null || record.target?.kind !== "mappings") continue;
        const changes = await store.read((manager) =>
          readMappingChanges(manager, Number(record.target?.id), [changedAtMs]),
        );
        found.set(record.id, changes.get(changedAtMs) ?? []);
      }
      return found;
    },

    async page(mappingId, { before, limit }) {
      const times = await timesOf(mappingId);
      if (times === null) return null;
      // Reads one more of each to find out whether there is a next page, and where it starts.
      const { items: records } = await audit.page(
        {
          actions: shownActions,
          outcome: "done",
          targetKind: "mappings",
          targetId: String(mappingId),
        },
        { before: before?.auditId ?? null, limit: limit + 1 },
      );
      const bulkChanges = await store.read((manager) =>
        readBulkChanges(manager, mappingId, { before: before?.bulkId ?? null, limit: limit + 1 }),
      );
      const { items: written, next } = merged(records, bulkChanges, limit);
      const found = await withValues(mappingId, written);
      const items: MappingEvent[] = [];
      for (const event of found) items.push(await withImporter(event));
      if (before === null) items.unshift(...unwritten(times, items[0]));
      const isComplete = items.some(({ what }) => what === "created");
      if (next === null && !isComplete) items.push(await creation(times));
      return { items, next };
    },
  };
}

interface ChangedAt {
  /** When the mapping was changed, which is slightly before the entry in the audit log. */
  readonly changedAtMs: number | null;
}

function eventOf({ atMs, action, actor, details }: AuditRecord): MappingEvent & ChangedAt {
  const changedAt = details?.["changedAt"];
  const fields = details?.["fields"];
  const what = details?.["what"];
  return {
    atMs,
    what: action === "delete" ? "released" : typeof what === "string" ? what : "changed",
    fields: typeof fields === "string" && fields !== "" ? fields.split(",") : [],
    changes: [],
    actor,
    importId: null,
    changedAtMs: typeof changedAt === "string" ? Date.parse(changedAt) : null,
  };
}

/** Newest first, keeping the order within each of the two. */
function merged(
  records: readonly AuditRecord[],
  bulkChanges: readonly RecordedBulkChange[],
  limit: number,
): { readonly items: (MappingEvent & ChangedAt)[]; readonly next: HistoryPlace | null } {
  const items: (MappingEvent & ChangedAt)[] = [];
  let ofRecords = 0;
  let ofBulkChanges = 0;
  for (;;) {
    const record = records[ofRecords];
    const bulkChange = bulkChanges[ofBulkChanges];
    if (record === undefined && bulkChange === undefined) return { items, next: null };
    if (items.length === limit) {
      const next = { auditId: idAbove(record), bulkId: idAbove(bulkChange) };
      return { items, next };
    }
    if (record !== undefined && (bulkChange === undefined || record.atMs >= bulkChange.atMs)) {
      items.push(eventOf(record));
      ofRecords += 1;
    } else if (bulkChange !== undefined) {
      const { atMs, what, fields, actor } = bulkChange;
      items.push({ atMs, what, fields, changes: [], actor, importId: null, changedAtMs: atMs });
      ofBulkChanges += 1;
    }
  }
}

/** Later entries are newer than both, and belong to the first page. */
const idAbove = (one: { readonly id: number } | undefined): number => (one === undefined ? 0 : one.id) + 1;

/** A change without an entry is a bulk change from before these were recorded. */
function unwritten({ createdAt, updatedAt }: MappingTimes, newest: MappingEvent | undefined): MappingEvent[] {
  if (updatedAt <= (newest?.atMs ?? createdAt)) return [];
  return [{ atMs: updatedAt, what: "changed", fields: [], changes: [], actor: null, importId: null }];
}
