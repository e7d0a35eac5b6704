import type { AuditRecord } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { auditTexts } from "../../i18n/audit.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import type { UserNames } from "./AuditFilters.tsx";

type Value = NonNullable<AuditRecord["details"]>[string];
type Words = Readonly<Record<string, string>>;

export function actorInWords({ kind, name }: AuditRecord["actor"]): string {
  const { actors }: { readonly actors: Words } = auditTexts.value;
  return fill(actors[kind] ?? `${kind} {name}`, { name });
}

/** Link to the target of the action; null if it has no page or no longer exists. */
export function targetAddress({ action, target }: AuditRecord): string | null {
  if (target === null || action === "user.delete") return null;
  switch (target.kind) {
    case "users":
      return `/app/admin/users/${target.id}`;
    case "mappings":
      return `/app/numbers/${target.id}`;
    case "imports":
      return `/app/import/${encodeURIComponent(target.id)}`;
    case "calls":
      return `/app/calls/${encodeURIComponent(target.id)}`;
    default:
      return null;
  }
}

/** The detail with the target's name at that time. */
const namingDetails: Words = {
  users: "username",
  sessions: "username",
  account: "username",
  "api-keys": "name",
  "ip-rules": "network",
};

const namingDetailOf = ({ target }: AuditRecord): string | undefined =>
  target === null ? undefined : namingDetails[target.kind];

export function targetInWords(record: AuditRecord, users: UserNames): string | null {
  const { target, details } = record;
  if (target === null) return null;
  const { targets, namedTargets }: { readonly targets: Words; readonly namedTargets: Words } =
    auditTexts.value;
  const user = target.kind === "users" ? users.get(Number(target.id)) : undefined;
  if (user !== undefined) return user;
  const { id, kind } = target;
  const name = details?.[namingDetailOf(record) ?? ""];
  const form = namedTargets[kind];
  if (typeof name === "string" && form !== undefined) return fill(form, { id, name });
  return fill(targets[kind] ?? `${kind} {id}`, { id });
}

const requestOf = ({ details }: AuditRecord): string | undefined =>
  auditTexts.value.requests[String(details?.["route"])];

/** What was done: the request, if it has a name of its own, otherwise the kind of action. */
export const deedInWords = (record: AuditRecord): string =>
  requestOf(record) ?? wordOf(auditTexts.value.actions, record.action);

/** Shown only if the action alone does not identify the request. */
const technical = new Set(["route", "status"]);
const tellsItself = (action: string): boolean =>
  !["change", "delete", "upload", "export", "session.revoke"].includes(action);

function valueInWords(name: string, value: Value): string {
  const words = accessTexts.value;
  const text = String(value);
  if (name === "fields") {
    const { fields } = numbersTexts.value.history;
    return text
      .split(",")
      .map((field) => fields[field] ?? field)
      .join(", ");
  }
  if (name === "role") return wordOf(words.roles, text);
  if (name === "purpose") return wordOf(words.rules.purposes, text);
  if (name === "code") return (texts.value.problems as Words)[text]?.replace(/\.$/, "") ?? text;
  if (name === "scopes") return text.replaceAll(" ", ", ");
  return wordOf(auditTexts.value.detailValues, text);
}

/** Further details with their names, most important first. */
export function detailsInWords(record: AuditRecord): readonly (readonly [string, string])[] {
  const { action, details, changes } = record;
  const naming = namingDetailOf(record);
  const names: Words = auditTexts.value.detailNames;
  const shown = Object.entries(details ?? {}).filter(
    ([name, value]) =>
      value !== null &&
      name !== "status" &&
      name !== "changedAt" &&
      name !== "what" &&
      !(name === "route" && requestOf(record) !== undefined) &&
      !(name === "fields" && changes.length > 0 && value === changes.map(({ field }) => field).join(",")) &&
      name !== naming &&
      !(technical.has(name) && tellsItself(action)),
  );
  const inOrder = shown.toSorted(
    ([one], [other]) => Number(technical.has(one)) - Number(technical.has(other)),
  );
  return inOrder.map(([name, value]) => [names[name] ?? name, valueInWords(name, value)] as const);
}
