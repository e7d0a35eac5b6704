import type { MappingPatch } from "../../numbers/mappings/rules/patch.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import { isoTime } from "../server/presenters.ts";

/** The values that a request gives to mappings, for its entry in the audit log. Of a caller ID, only the kind. */
export function setValues(patch: MappingPatch): readonly FieldChange[] {
  const { state, expiresAtMs, label, reference, callerIdPolicy } = patch;
  return [
    ...set("state", state),
    ...set("expiresAt", typeof expiresAtMs === "number" ? isoTime(expiresAtMs) : expiresAtMs),
    ...set("label", label),
    ...set("reference", reference),
    ...set("callerId", callerIdPolicy === undefined ? undefined : (callerIdPolicy?.kind ?? null)),
  ];
}

const set = (field: string, after: string | null | undefined): readonly FieldChange[] =>
  after === undefined ? [] : [{ field, before: null, after }];
