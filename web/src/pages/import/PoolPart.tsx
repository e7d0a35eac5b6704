import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Pool } from "../../api/client.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { may } from "../../session.ts";
import { Notice } from "../../ui/feedback.tsx";
import { PoolNumbersDialog } from "../pools/PoolNumbersDialog.tsx";
import type { NumbersDeed } from "../pools/PoolNumbersDialog.tsx";
import type { ImportJob } from "./importApi.ts";
import { poolQuestionOf } from "./poolQuestion.ts";
import type { PoolQuestion } from "./poolQuestion.ts";

const withFree = (text: string, { name, counts }: Pool): string =>
  fill(text, { name, free: formatCount(counts.free) });

/** No pool is available. Offers to create or resume one without leaving the page. */
function NoPool(props: {
  readonly question: Extract<PoolQuestion, { kind: "none" }>;
  readonly busy: boolean;
  readonly onCreate: () => void;
  readonly onResume: (pool: Pool) => void;
}) {
  const { question, busy, onCreate, onResume } = props;
  const words = numbersTexts.value.import;
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  const { paused, needed } = question;
  return (
    <Notice tone="warn" title={paused.length === 0 ? words.noPool : words.allPaused}>
      <p>{counted(words.needed, needed)}</p>
      {may.value("numbers.write") && (
        <>
          <p>{paused.length === 0 ? words.createHint : words.resumeHint}</p>
          <div class="toolbar">
            {paused.map((pool, index) => (
              <button
                key={pool.id}
                ref={index === 0 ? next : null}
                type="button"
                class="button"
                disabled={busy}
                onClick={() => onResume(pool)}
              >
                {withFree(words.resume, pool)}
              </button>
            ))}
            <button
              ref={paused.length === 0 ? next : null}
              type="button"
              class={paused.length === 0 ? "button primary" : "button"}
              disabled={busy}
              onClick={onCreate}
            >
              {words.createPool}
            </button>
          </div>
        </>
      )}
    </Notice>
  );
}

/** Pools with fewer free numbers than the file needs from them. */
function TooSmall(props: {
  readonly job: ImportJob;
  readonly pools: readonly Pool[];
  readonly busy: boolean;
  readonly onExtend: (pool: Pool) => void;
}) {
  const { job, pools, busy, onExtend } = props;
  const words = numbersTexts.value.import;
  const short = (job.preview?.pools ?? []).filter(({ wanted, free }) => wanted > free);
  if (short.length === 0) return null;
  const allEmpty = short.every(({ free }) => free === 0);
  return (
    <Notice tone="warn" title={allEmpty ? words.poolEmpty : texts.value.import.poolTooSmall}>
      {short.map(({ poolId, name, wanted, free }) => {
        const pool = pools.find(({ id }) => id === poolId);
        return (
          <div key={poolId} class="toolbar">
            <span>
              {fill(texts.value.import.poolFigures, {
                name,
                wanted: formatCount(wanted),
                free: formatCount(free),
              })}
            </span>
            {pool !== undefined && may.value("numbers.write") && (
              <button type="button" class="button small" disabled={busy} onClick={() => onExtend(pool)}>
                {fill(words.addNumbers, { name })}
              </button>
            )}
          </div>
        );
      })}
    </Notice>
  );
}

/** The pool that proxy numbers come from. Asks only if there are several, and offers to create one if there is none. */
export function PoolPart(props: {
  readonly job: ImportJob;
  readonly pools: readonly Pool[];
  readonly busy: boolean;
  readonly onChoose: (poolId: number) => void;
  /** Runs `work` and reloads the pools. */
  readonly change: (work: () => Promise<unknown>) => void;
}) {
  const { job, pools, busy, onChoose, change } = props;
  const words = numbersTexts.value.import;
  const asked = useSignal<NumbersDeed | null>(null);
  const question = poolQuestionOf(job, pools);
  const close = (): void => {
    asked.value = null;
  };
  return (
    <>
      {question.kind === "none" && (
        <NoPool
          question={question}
          busy={busy}
          onCreate={() => {
            asked.value = { kind: "create", name: words.newPoolName };
          }}
          onResume={(pool) => change(() => api.changePool(String(pool.id), { enabled: true }))}
        />
      )}
      {question.kind === "choice" && question.chosen === null && (
        <Notice tone="warn" title={question.lost ? words.poolLost : words.poolNotChosen} />
      )}
      <TooSmall
        job={job}
        pools={pools}
        busy={busy}
        onExtend={(pool) => {
          asked.value = { kind: "extend", pool };
        }}
      />
      {question.kind === "only" && <p class="muted">{withFree(words.takenFrom, question.pool)}</p>}
      {question.kind === "choice" && (
        <div class="toolbar">
          <label class="field">
            <span>{words.takeFrom}</span>
            <select
              class="input"
              disabled={busy}
              value={question.chosen === null ? "" : String(question.chosen)}
              onChange={({ currentTarget }) => {
                if (currentTarget.value !== "") onChoose(Number(currentTarget.value));
              }}
            >
              {question.chosen === null && <option value="">{words.choosePool}</option>}
              {question.pools.map((pool) => (
                <option key={pool.id} value={String(pool.id)}>
                  {withFree(words.poolOption, pool)}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {asked.value !== null && (
        <PoolNumbersDialog
          deed={asked.value}
          note={counted(words.needed, wantedOf(job, asked.value))}
          onDone={() => {
            close();
            change(async () => undefined);
          }}
          onClose={close}
        />
      )}
    </>
  );
}

/** How many numbers the file needs from the pool to be created or extended. */
function wantedOf({ preview }: ImportJob, deed: NumbersDeed): number {
  if (preview === null) return 0;
  if (deed.kind === "create") return preview.withoutPool;
  return preview.pools.find(({ poolId }) => poolId === deed.pool.id)?.wanted ?? 0;
}
