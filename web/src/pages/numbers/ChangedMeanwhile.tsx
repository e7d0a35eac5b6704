import type { Mapping } from "../../api/client.ts";
import { formatExpiry } from "../../format/expiry.ts";
import { texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { toProblem } from "../../net/problem.ts";
import { Notice } from "../../ui/feedback.tsx";
import { callerIdInWords } from "./callerIdWords.ts";
import { realInWords } from "./SecretNumber.tsx";

const fields = ["state", "realNumber", "label", "reference", "expiresAt", "callerId"] as const;
type Field = (typeof fields)[number];

function inWords(mapping: Mapping, field: Field): string {
  const { numbers: words, common } = texts.value;
  switch (field) {
    case "state":
      return words[mapping.state];
    case "realNumber":
      return realInWords(mapping.realNumber);
    case "expiresAt":
      return mapping.expiresAt === null ? words.never : formatExpiry(mapping.expiresAt);
    case "callerId":
      return callerIdInWords(mapping.callerId);
    case "label":
    case "reference":
      return mapping[field] ?? common.none;
  }
}

/** The mapping as another change has left it; null for any other error. */
export function currentOf(error: unknown): Mapping | null {
  const { code, members } = toProblem(error);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
  return code === "CHANGED_MEANWHILE" ? (members["current"] as Mapping) : null;
}

/** Changes that another user has saved in the meantime. The user decides which version applies. */
export function ChangedMeanwhile(props: {
  /** The mapping that the user has edited, and as it is now. */
  readonly before: Mapping;
  readonly now: Mapping;
  readonly busy: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}) {
  const { before, now, busy, onSave, onDiscard } = props;
  const { meanwhile: words, history } = numbersTexts.value;
  const changed = fields.filter((field) => before[field] !== now[field]);
  return (
    <Notice tone="warn" title={words.title}>
      <dl class="facts">
        {changed.map((field) => (
          <>
            <dt key={`name of ${field}`}>{history.fields[field] ?? field}</dt>
            <dd key={field}>
              <del>{inWords(before, field)}</del> → <ins>{inWords(now, field)}</ins>
            </dd>
          </>
        ))}
      </dl>
      <p>{words.text}</p>
      <div class="toolbar">
        <button type="button" class="button primary" disabled={busy} aria-busy={busy} onClick={onSave}>
          {words.save}
        </button>
        <button type="button" class="button" disabled={busy} onClick={onDiscard}>
          {words.discard}
        </button>
      </div>
    </Notice>
  );
}
