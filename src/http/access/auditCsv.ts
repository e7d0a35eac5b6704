import type { AuditRecord } from "../../access/types.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import { changesCell } from "../formats/changesCell.ts";
import { isoTime } from "../server/presenters.ts";

export const auditHeaders = [
  "id",
  "at (UTC)",
  "actor",
  "actor_name",
  "action",
  "outcome",
  "target",
  "target_id",
  "address",
  "changes",
  "details",
] as const;

const detailsText = (details: AuditRecord["details"]): string =>
  Object.entries(details ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .join("; ");

export function auditCells(record: AuditRecord, changes: readonly FieldChange[]): (string | null)[] {
  const { id, atMs, actor, action, outcome, target, address, details } = record;
  return [
    String(id),
    isoTime(atMs),
    actor.kind,
    actor.name,
    action,
    outcome,
    target?.kind ?? null,
    target?.id ?? null,
    address,
    changesCell(changes),
    detailsText(details),
  ];
}
