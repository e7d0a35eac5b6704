import type { Mapping, MappingPatch } from "../../api/client.ts";
import { callerIdOf, draftOf } from "../../ui/CallerIdField.tsx";
import { isMasked } from "./SecretNumber.tsx";

/** The patch that sets the fields of this one to what they were; null if one of them is not known here. */
export function beforeOf(patch: MappingPatch, before: Mapping): MappingPatch | null {
  const { realNumber } = before;
  if (patch.realNumber !== undefined && (realNumber === null || isMasked(realNumber))) return null;
  // An expired number is active again with its old expiry, and expires at once.
  const state = before.state === "disabled" ? "disabled" : "active";
  const { kind, number } = draftOf(before.callerId);
  return {
    ...(patch.state !== undefined && { state }),
    ...(patch.label !== undefined && { label: before.label }),
    ...(patch.reference !== undefined && { reference: before.reference }),
    ...(patch.expiresAt !== undefined && { expiresAt: before.expiresAt }),
    ...(patch.callerId !== undefined && { callerId: callerIdOf(kind, number) }),
    ...(patch.realNumber !== undefined && { realNumber: `+${realNumber}` }),
  };
}
