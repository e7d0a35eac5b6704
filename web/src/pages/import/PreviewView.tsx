import { useEffect, useRef } from "preact/hooks";
import type { ReadingChoices } from "../../api/client.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { Notice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { choicesWith } from "./choices.ts";
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
    void act(() => importsApi.preview(job.id, choicesWith(job.reading, choices)));
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
          onClick={() => void act(() => importsApi.commit(job.id))}
        >
          <Icon name="check" size={16} />
          {created === 0 && !nothing ? numbersTexts.value.import.commitKnown : counted(words.commit, created)}
        </button>
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() => void act(() => importsApi.cancel(job.id))}
        >
          {words.discard}
        </button>
        <span class="muted">{words.nothingStored}</span>
      </div>
      <ReadingFields job={job} busy={busy} onChoose={choose} />
      <FirstRows job={job} busy={busy} onChoose={choose} />
      {preview !== null && <Refusals job={job} address={null} />}
    </>
  );
}
