import type { ApiKey, IpRule, User } from "../../access/types.ts";
import { differences } from "../../values/fieldChange.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import { isoTime } from "../server/presenters.ts";

/** The fields of users, keys, and rules that the audit log shows. The name of each is in the entry itself. */
const ofUser = ({ displayName, role, disabled }: User) => ({ displayName, role, disabled });
const ofKey = ({ scopes, expiresAtMs }: ApiKey) => ({
  scopes: scopes.join(" "),
  keyExpiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs),
});
const ofRule = ({ purpose, note }: IpRule) => ({ purpose, note: note === "" ? null : note });

export const userChanges = (before: User | null, after: User | null): readonly FieldChange[] =>
  differences(before && ofUser(before), after && ofUser(after));

export const newKeyChanges = (key: ApiKey): readonly FieldChange[] => differences(null, ofKey(key));

export const ruleChanges = (before: IpRule | null, after: IpRule | null): readonly FieldChange[] =>
  differences(before && ofRule(before), after && ofRule(after));
