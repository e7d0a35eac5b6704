import type { AuditRecord } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { auditTexts } from "../../i18n/audit.ts";
import { fill } from "../../i18n/index.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { Badge } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import type { UserNames } from "./AuditFilters.tsx";
import { auditChangesInWords } from "./auditChanges.ts";
import { actorInWords, deedInWords, detailsInWords, targetAddress, targetInWords } from "./auditWords.ts";
import { Columns } from "../../ui/Listing.tsx";

const tones: Readonly<Record<string, Tone>> = { done: "ok", refused: "bad", failed: "warn" };

function Target({ record, users }: { readonly record: AuditRecord; readonly users: UserNames }) {
  const text = targetInWords(record, users);
  if (text === null) return null;
  const address = targetAddress(record);
  return address === null ? <span>{text}</span> : <a href={address}>{text}</a>;
}

function Row(props: {
  readonly record: AuditRecord;
  readonly users: UserNames;
  readonly onUser: (id: number) => void;
}) {
  const { record, users, onUser } = props;
  const words = auditTexts.value;
  const { actor } = record;
  const who = actorInWords(actor);
  const details = detailsInWords(record);
  const changes = auditChangesInWords(record);
  return (
    <tr data-action={record.action} data-outcome={record.outcome}>
      <td data-label={words.at} class="number">
        {formatDateTime(record.at)}
      </td>
      <td data-label={words.who} class="name">
        {actor.kind === "user" && actor.id !== null ? (
          <button
            type="button"
            class="row-link"
            title={fill(words.onlyUser, { name: who })}
            onClick={() => onUser(actor.id ?? 0)}
          >
            {who}
          </button>
        ) : (
          <span class="muted">{who}</span>
        )}
      </td>
      <td data-label={words.what} class="whole">
        {deedInWords(record)}
      </td>
      <td data-label={words.target} class="target">
        <Target record={record} users={users} />
      </td>
      <td data-label={words.outcome}>
        <Badge tone={tones[record.outcome] ?? "warn"}>{wordOf(words.outcomes, record.outcome)}</Badge>
      </td>
      <td data-label={words.address} class="number muted">
        {record.address}
      </td>
      <td class="wide">
        {(details.length > 0 || changes.length > 0) && (
          <span class="pairs">
            {changes.map((change) => (
              <span key={change}>{change}</span>
            ))}
            {details.map(([name, value]) => (
              <span key={name}>
                {name}: {value}
              </span>
            ))}
          </span>
        )}
      </td>
    </tr>
  );
}

export function AuditTable(props: {
  readonly records: readonly AuditRecord[];
  readonly users: UserNames;
  readonly onUser: (id: number) => void;
}) {
  const words = auditTexts.value;
  const names = [words.at, words.who, words.what, words.target, words.outcome, words.address, words.details];
  return (
    <div class="table-scroll">
      <table class="folding" data-table="audit">
        <Columns names={names} />
        <tbody>
          {props.records.map((record) => (
            <Row key={record.id} record={record} users={props.users} onUser={props.onUser} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
