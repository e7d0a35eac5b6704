import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { SearchField, Segments } from "../../ui/controls.tsx";
import { Icon } from "../../ui/Icon.tsx";
import type { ImportJob, RowKind } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { ImportRows } from "./ImportRows.tsx";
import { reasonsOf } from "./reasons.ts";

/** A search starts this long after the last key. */
const typingMs = 250;

/** All rows of the file, filtered by result, by reason, and by a search. */
export function ResultRows({ job }: { readonly job: ImportJob }) {
  const words = texts.value.import;
  const own = numbersTexts.value.import;
  const { counts } = job;
  const kind = useSignal<RowKind | "all">(counts.rejected > 0 ? "rejected" : "all");
  const code = useSignal("");
  const typed = useSignal("");
  const text = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      text.value = typed.value.trim();
    }, typingMs);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const figures: Readonly<Record<RowKind | "all", number>> = {
    all: counts.rows,
    created: counts.created,
    existing: counts.existing,
    differing: counts.differing,
    updated: counts.updated,
    duplicate: counts.duplicate,
    rejected: counts.rejected,
    skipped: counts.blank + counts.header,
  };
  const kinds = [
    "all",
    "rejected",
    "created",
    "updated",
    "differing",
    "existing",
    "duplicate",
    "skipped",
  ] as const;
  const reasons = reasonsOf(counts);
  const asked = kind.value === "rejected" ? code.value : "";
  const ofCode = reasons.find((reason) => reason.code === asked)?.rows ?? null;
  return (
    <section class="card" aria-label={words.allRows}>
      <div class="card-head">
        <Segments
          label={own.kind}
          value={kind.value}
          options={kinds
            .filter((one) => one === "all" || figures[one] > 0)
            .map((one) => ({
              key: one,
              label: one === "all" ? words.allRows : words[one],
              count: figures[one],
            }))}
          onChange={(next) => {
            kind.value = next;
          }}
        />
        {kind.value === "rejected" && reasons.length > 1 && (
          <select
            class="input reason"
            aria-label={own.reason}
            value={code.value}
            onChange={({ currentTarget }) => {
              code.value = currentTarget.value;
            }}
          >
            <option value="">{own.allReasons}</option>
            {reasons.map((reason) => (
              <option key={reason.code} value={reason.code}>
                {reason.message} ({formatCount(reason.rows)})
              </option>
            ))}
          </select>
        )}
        <SearchField
          label={words.searchRows}
          value={typed.value}
          onInput={(next) => {
            typed.value = next;
          }}
        />
        <div class="actions">
          <a class="button" href={importsApi.resultAddress(job.id, "all")} download>
            <Icon name="download" size={16} />
            {words.downloadAll}
          </a>
        </div>
      </div>
      <ImportRows
        job={job}
        query={{
          ...(kind.value !== "all" && { kind: kind.value }),
          ...(asked !== "" && { code: asked }),
          ...(text.value !== "" && { text: text.value }),
        }}
        total={text.value === "" ? (ofCode ?? figures[kind.value]) : null}
      />
    </section>
  );
}
