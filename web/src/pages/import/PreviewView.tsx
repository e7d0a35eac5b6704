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
import { FirstRows } from "./FirstRows.tsx";
import { PoolPart } from "./PoolPart.tsx";
import { anewWith } from "./poolQuestion.ts";
import { ReadingFields } from "./ReadingFields.tsx";
import { Refusals } from "./Refusals.tsx";

/** What was chosen in a preview, as long as its page is open. */
export interface Choosing {
  readonly remembered: Signal<Remembered>;
  /** The last ones with which the file could be read; null: there are none. */
  readonly before: Signal<PreviewChoices | null>;
}

const renewMs = 5000;

/** What will be imported, how the file is understood, and the ways to have it understood otherwise. */
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
  // The next step is where the person is taken; Enter goes on.
  useEffect(() => confirm.current?.focus(), []);
  const lookAnew = (next: PreviewChoices): void => {
    if (failure === null) choosing.before.value = { ...choices, pool: job.poolId };
    void act(() => importsApi.preview(job.id, next));
  };
  const choose = (choice: ReadingChoices): void => {
    const chosen = chooseIn(job.reading, choosing.remembered.value, choice);
    choosing.remembered.value = chosen.remembered;
    lookAnew(chosen.choices);
  };
  const anew = pools === null ? null : anewWith(job, pools);
  const isStale = anew !== null && !busy;
  const renewed = useRef<string | null>(null);
  useEffect(() => {
    if (anew === null || busy || renewed.current === job.startedAt) return;
    // Once for each preview, also where that is refused.
    renewed.current = job.startedAt;
    // A pool was made, paused or extended meanwhile: what is foreseen has to be what will be.
    void act(() =>
      importsApi.preview(job.id, { ...choices, ...(anew.pool !== undefined && { pool: anew.pool }) }),
    );
  }, [isStale]);
  const someNamePools = job.reading.columns.some(({ field }) => field === "pool");
  const created = preview?.counts.created ?? 0;
  const nothing =
    preview === null ||
    created + preview.counts.existing === 0 ||
    (preview.withoutPool > 0 && preview.pools.length === 0 && !someNamePools);
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
                onClick={() => lookAnew(choosing.before.value ?? {})}
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
          onChoose={(pool) => lookAnew({ ...choices, pool })}
          change={(work) => void act(() => work().then(() => null)).then(reload)}
        />
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
          {created === 0 && !nothing ? own.commitKnown : counted(words.commit, created)}
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
          lookAnew({});
        }}
      />
      <FirstRows job={job} busy={busy} onChoose={choose} />
      {preview !== null && <Refusals job={job} address={null} />}
    </>
  );
}
