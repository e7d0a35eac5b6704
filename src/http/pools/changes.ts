import type { PoolSettings } from "../../numbers/types.ts";
import { differences } from "../../values/fieldChange.ts";
import type { FieldChange } from "../../values/fieldChange.ts";

/**
 * The fields of a pool that the audit log shows: of a caller ID policy only the kind, because the policy may contain
 * a number.
 */
const shown = ({ callerIdPolicy, ...settings }: Partial<PoolSettings>) => {
  const { name = null, label = null, country = null, quarantineSeconds = null } = settings;
  const { enabled = null, isDefault = null, warningDays = null } = settings;
  return {
    name,
    label,
    country,
    callerId: callerIdPolicy?.kind ?? null,
    quarantineSeconds,
    enabled,
    isDefault,
    warningDays,
  };
};

export const poolChanges = (
  before: Partial<PoolSettings> | null,
  after: Partial<PoolSettings> | null,
): readonly FieldChange[] => differences(before && shown(before), after && shown(after));
