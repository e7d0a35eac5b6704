import type { AuditRecord, FieldChange } from "../../api/client.ts";
import { formatExpiry } from "../../format/expiry.ts";
import { accessTexts } from "../../i18n/access.ts";
import { auditTexts } from "../../i18n/audit.ts";
import { fill } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { valueInWords as mappingValueInWords } from "../../ui/changesInWords.ts";
import { restOf } from "../pools/rest.ts";

type Words = Readonly<Record<string, string>>;

const truths: ReadonlySet<string> = new Set(["disabled", "enabled", "isDefault"]);

function valueInWords(field: string, value: string): string {
  const { yes, no } = auditTexts.value;
  const access = accessTexts.value;
  if (truths.has(field)) return value === "true" ? yes : no;
  switch (field) {
    case "role":
      return wordOf(access.roles, value);
    case "purpose":
      return wordOf(access.rules.purposes, value);
    case "scopes":
      return value.replaceAll(" ", ", ");
    case "keyExpiresAt":
      return formatExpiry(value);
    case "quarantineSeconds": {
      const { amount, unit } = restOf(Number(value));
      return `${amount} ${numbersTexts.value.pool.units[unit]}`;
    }
    case "country":
    case "warningDays":
      return value;
    default:
      return fill(numbersTexts.value.history.quoted, { value });
  }
}

/** Of a bulk change, only the new value: each number had its own before. */
const isBulkChange = ({ target, details }: AuditRecord): boolean =>
  target === null && String(details?.["route"]).startsWith("POST /mappings/bulk");

/** `label: “Ann” → “Bob”`, one for each field; a new thing has only new values, a removed one only old ones. */
export function auditChangesInWords(record: AuditRecord): readonly string[] {
  const names: Words = auditTexts.value.fields;
  const mappingNames: Words = numbersTexts.value.history.fields;
  const { noValue } = numbersTexts.value.history;
  const onlyAfter = isBulkChange(record) || record.changes.every(({ before }) => before === null);
  const isRemoval = record.action.endsWith("delete");
  const inWords = ({ field }: FieldChange, value: string | null): string => {
    if (mappingNames[field] !== undefined) return mappingValueInWords(field, value);
    return value === null ? noValue : valueInWords(field, value);
  };
  return record.changes.map((change) => {
    const name = names[change.field] ?? mappingNames[change.field] ?? change.field;
    const before = inWords(change, change.before);
    const after = inWords(change, change.after);
    if (isRemoval && change.after === null) return `${name}: ${before}`;
    return onlyAfter ? `${name}: ${after}` : `${name}: ${before} → ${after}`;
  });
}
