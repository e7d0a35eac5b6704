import { formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { SearchField, Segments } from "../../ui/controls.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useTyped } from "../../ui/typed.ts";
import type { ImportJob } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { ImportRows } from "./ImportRows.tsx";
import { reasonsOf } from "./reasons.ts";
import { allRows, kindsIn, rowFilter, showRows } from "./rowsPlace.ts";

/** All rows of the file, filtered by result, by reason, and by a search. */
export function ResultRows({ job }: { readonly job: ImportJob }) {
  const words = texts.value.import;
  const own = numbersTexts.value.import;
  const { counts } = job;
  const filter = rowFilter(counts);
  const typed = useTyped(filter.text, (text) => showRows({ ...rowFilter(counts), text }));
  const kinds = kindsIn(counts);
  const reasons = reasonsOf(counts);
  const text = filter.text.trim();
  const ofCode = reasons.find(({ code }) => code === filter.code)?.rows;
  const ofKind = kinds.find(({ kind }) => kind === filter.kind)?.rows ?? 0;
  return (
    <section class="card" aria-label={words.allRows}>
      <div class="card-head">
        <Segments
          label={own.kind}
          value={filter.kind}
          options={kinds.map(({ kind, rows }) => ({
            key: kind,
            label: kind === "all" ? words.allRows : words[kind],
            count: rows,
          }))}
          onChange={(kind) => showRows({ ...filter, kind })}
        />
        {filter.kind === "rejected" && reasons.length > 1 && (
          <select
            class="input reason"
            aria-label={own.reason}
            value={filter.code}
            onChange={({ currentTarget }) => showRows({ ...filter, code: currentTarget.value })}
          >
            <option value="">{own.allReasons}</option>
            {reasons.map((reason) => (
              <option key={reason.code} value={reason.code}>
                {reason.message} ({formatCount(reason.rows)})
              </option>
            ))}
          </select>
        )}
        <SearchField label={words.searchRows} value={typed.text.value} onInput={typed.type} />
        <div class="actions">
          <a class="button" href={importsApi.resultAddress(job.id, "all")} download>
            <Icon name="download" size={16} />
            {words.downloadAll}
          </a>
        </div>
      </div>
      <ImportRows
        job={job}
        list={allRows}
        query={{
          ...(filter.kind !== "all" && { kind: filter.kind }),
          ...(filter.code !== "" && { code: filter.code }),
          ...(text !== "" && { text }),
        }}
        total={text === "" ? (ofCode ?? ofKind) : null}
      />
    </section>
  );
}
