import { useEffect, useRef } from "preact/hooks";
import type { ReadingChoices } from "../../../../src/imports/reading/types.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { Notice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Counts } from "./Counts.tsx";
import type { ImportJob } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { FirstRows } from "./FirstRows.tsx";
import { ReadingFields } from "./ReadingFields.tsx";
import { Refusals } from "./Refusals.tsx";

/** What will be imported, how the file is understood, and the ways to have it understood otherwise. */
export function PreviewView(props: {
  readonly job: ImportJob;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
  readonly busy: boolean;
}) {
  const { job, act, busy } = props;
  const words = texts.value.import;
  const { preview } = job;
  const confirm = useRef<HTMLButtonElement>(null);
  // The next step is where the person is taken; Enter goes on.
  useEffect(() => confirm.current?.focus(), []);
  const choose = (choices: ReadingChoices): void => {
    void act(() => importsApi.preview(job.id, { ...choicesOf(job), ...choices }));
  };
  const created = preview?.counts.created ?? 0;
  const nothing = preview === null || created + preview.counts.existing === 0;
  return (
    <>
      {job.notices
        .filter(({ code }) => code !== "ROWS_REFUSED")
        .map((notice) => (
          <Notice key={notice.code} tone="warn" title={notice.message}>
            <p>{notice.remedy}</p>
          </Notice>
        ))}
      {preview !== null && !preview.poolSuffices && (
        <Notice tone="warn" title={words.poolTooSmall}>
          {preview.pools.map(({ poolId, name, wanted, free }) => (
            <p key={poolId}>
              {fill(words.poolFigures, { name, wanted: formatCount(wanted), free: formatCount(free) })}
            </p>
          ))}
        </Notice>
      )}
      {preview !== null && <Counts counts={preview.counts} expected />}
      <div class="toolbar">
        <button
          ref={confirm}
          type="button"
          class="button primary"
          disabled={busy || nothing}
          onClick={() => void act(() => importsApi.act(job.id, "commit"))}
        >
          <Icon name="check" size={16} />
          {counted(words.commit, created)}
        </button>
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() => void act(() => importsApi.act(job.id, "cancel"))}
        >
          {words.discard}
        </button>
        <span class="muted">{words.nothingStored}</span>
      </div>
      <ReadingFields job={job} busy={busy} onChoose={choose} />
      <FirstRows job={job} busy={busy} onChoose={choose} />
      {preview !== null && <Refusals counts={preview.counts} address={null} />}
    </>
  );
}

/** What was chosen before stays chosen. */
function choicesOf(job: ImportJob): ReadingChoices {
  const columns = Object.fromEntries(
    job.reading.columns
      .filter(({ because }) => because === "choice")
      .map(({ place, field }) => [place, field] as const),
  );
  return Object.keys(columns).length === 0 ? {} : { columns };
}
