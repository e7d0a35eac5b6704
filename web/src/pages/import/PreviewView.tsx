import { useEffect, useRef } from "preact/hooks";
import type { Signal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool, PreviewChoices, ReadingChoices } from "../../api/client.ts";
import { counted, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { Notice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useResource } from "../../net/resource.ts";
import { choose as chooseIn } from "../../../../src/imports/reading/choose.ts";
import type { Remembered } from "../../../../src/imports/reading/choose.ts";
import { Counts } from "./Counts.tsx";
import type { ImportJob } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { ExistingPart } from "./ExistingPart.tsx";
import { FirstRows } from "./FirstRows.tsx";
import { PoolPart } from "./PoolPart.tsx";
import { previewUpdateOf } from "./poolQuestion.ts";
import { ReadingFields } from "./ReadingFields.tsx";
import { Refusals } from "./Refusals.tsx";

/** The choices made in a preview, kept while its page is open. */
export interface Choosing {
  readonly remembered: Signal<Remembered>;
  /** The last choices with which the file could be read; null if there are none. */
  readonly before: Signal<PreviewChoices | null>;
}

const renewMs = 5000;

/** The rows to be imported, how the file is read, and controls to read it differently. */
export function PreviewView(props: {
  readonly job: ImportJob;
  readonly choosing: Choosing;
  readonly act: (work: () => Promise<ImportJob | null>) => Promise<void>;
  readonly busy: boolean;
}) {
  const { job, choosing, act, busy } = props;
  const words = texts.value.import;
  const own = numbersTexts.value.import;
  const { preview, failure } = job;
  const { choices } = job.reading;
  const { state, reload } = useResource<readonly Pool[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
    { everyMs: renewMs },
  );
  const pools = state.value.value;
  const confirm = useRef<HTMLButtonElement>(null);
  // The button of the next step gets the focus, so that Enter continues.
  useEffect(() => confirm.current?.focus(), []);
  const previewWith = (next: PreviewChoices): void => {
    if (failure === null) choosing.before.value = { ...choices, pool: job.poolId };
    void act(() => importsApi.preview(job.id, next));
  };
  const choose = (choice: ReadingChoices): void => {
    const chosen = chooseIn(job.reading, choosing.remembered.value, choice);
    choosing.remembered.value = chosen.remembered;
    previewWith(chosen.choices);
  };
  const update = pools === null ? null : previewUpdateOf(job, pools);
  const isStale = update !== null && !busy;
  const renewed = useRef<string | null>(null);
  useEffect(() => {
    if (update === null || busy || renewed.current === job.startedAt) return;
    // Once for each preview, even if the server rejects it.
    renewed.current = job.startedAt;
    // A pool has been created, paused, or extended since, so the import would differ from this preview.
    void act(() =>
      importsApi.preview(job.id, { ...choices, ...(update.pool !== undefined && { pool: update.pool }) }),
    );
  }, [isStale]);
  const someNamePools = job.reading.columns.some(({ field }) => field === "pool" || field === "proxyNumber");
  const created = preview?.counts.created ?? 0;
  const updated = preview?.counts.updated ?? 0;
  const nothing =
    preview === null ||
    created + updated + preview.counts.existing + preview.counts.differing === 0 ||
    (preview.withoutPool > 0 && preview.pools.length === 0 && !someNamePools);
  const commitInWords = (): string => {
    if (created === 0 && updated > 0) return counted(own.commitUpdates, updated);
    if (created === 0 && !nothing) return own.commitKnown;
    return [counted(words.commit, created), ...(updated > 0 ? [counted(own.andUpdate, updated)] : [])].join(
      ", ",
    );
  };
  return (
    <>
      {failure !== null && (
        <Notice
          tone="bad"
          title={failure.message}
          action={
            choosing.before.value !== null && (
              <button
                type="button"
                class="button"
                disabled={busy}
                onClick={() => previewWith(choosing.before.value ?? {})}
              >
                {own.back}
              </button>
            )
          }
        >
          <p>{own.fileKept}</p>
        </Notice>
      )}
      {job.notices
        .filter(({ code }) => code !== "ROWS_REFUSED")
        .map((notice) => (
          <Notice key={notice.code} tone="warn" title={notice.message}>
            <p>{notice.remedy}</p>
          </Notice>
        ))}
      {pools !== null && (
        <PoolPart
          job={job}
          pools={pools}
          busy={busy}
          onChoose={(pool) => previewWith({ ...choices, pool })}
          change={(work) => void act(() => work().then(() => null)).then(reload)}
        />
      )}
      {preview !== null && <Counts counts={preview.counts} expected />}
      {preview !== null && <ExistingPart job={job} busy={busy} onChoose={choose} />}
      <div class="toolbar">
        <button
          ref={confirm}
          type="button"
          class="button primary"
          disabled={busy || nothing}
          aria-busy={busy}
          onClick={() => void act(() => importsApi.commit(job.id))}
        >
          <Icon name="check" size={16} />
          {commitInWords()}
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
      <ReadingFields
        job={job}
        busy={busy}
        onChoose={choose}
        onReset={() => {
          choosing.remembered.value = {};
          previewWith({});
        }}
      />
      <FirstRows job={job} busy={busy} onChoose={choose} />
      {preview !== null && <Refusals job={job} address={null} />}
    </>
  );
}
