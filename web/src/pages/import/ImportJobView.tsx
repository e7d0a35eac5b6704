import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatDuration } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Empty, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import type { PreviewChoices } from "../../api/client.ts";
import type { Remembered } from "../../../../src/imports/reading/choose.ts";
import type { ImportJob } from "./importApi.ts";
import { importsApi, isWorking } from "./importApi.ts";
import { PreviewView } from "./PreviewView.tsx";
import type { Choosing } from "./PreviewView.tsx";
import { ResultView } from "./ResultView.tsx";

const askEveryMs = 500;

function Progress({ job, onCancel }: { readonly job: ImportJob; readonly onCancel: () => void }) {
  const words = texts.value.import;
  const label = words.states[job.state];
  return (
    <div class="card card-body working" aria-busy="true">
      <p role="status">
        <strong>
          {job.fileName}: {label}
        </strong>
      </p>
      <progress aria-label={label} value={job.progress} max={1} />
      <p class="muted number">
        {Math.floor(job.progress * 100)} %
        {job.rowsPerSecond !== null &&
          ` · ${fill(words.rate, { n: formatCount(Math.round(job.rowsPerSecond)) })}`}
        {job.remainingMs !== null && ` · ${fill(words.remaining, { time: formatDuration(job.remainingMs) })}`}
      </p>
      {job.waitingFor === "database" && <Notice tone="warn" title={words.waitingForDatabase} />}
      {job.waitingFor === "runner" && <p class="muted">{words.waitingForRunner}</p>}
      <p class="muted">{words.mayLeave}</p>
      {(job.state === "running" || job.state === "previewing") && (
        <button type="button" class="button" onClick={onCancel}>
          {words.stop}
        </button>
      )}
    </div>
  );
}

function Body(props: {
  readonly job: ImportJob;
  readonly act: (work: () => Promise<ImportJob | null>) => Promise<void>;
  readonly onChanged: () => void;
  readonly busy: boolean;
  readonly choosing: Choosing;
}) {
  const { job, act, onChanged, busy, choosing } = props;
  const words = texts.value.import;
  if (isWorking(job)) {
    return <Progress job={job} onCancel={() => void act(() => importsApi.cancel(job.id))} />;
  }
  if (job.state === "previewed") return <PreviewView job={job} choosing={choosing} act={act} busy={busy} />;
  return (
    <>
      {job.failure !== null && job.state !== "undone" && (
        <Notice tone="bad" title={job.failure.message}>
          <p>{job.failure.remedy}</p>
        </Notice>
      )}
      {job.state === "cancelled" && <Notice tone="warn" title={words.stopped} />}
      {job.state === "undone" && job.undo !== null && (
        <Notice
          tone="ok"
          title={fill(words.undone, {
            removed: formatCount(job.undo.removed),
            kept: formatCount(job.undo.kept),
          })}
        >
          {job.counts.updated > 0 && (
            <p>
              {fill(numbersTexts.value.import.undoneUpdates, {
                restored: formatCount(job.undo.restored),
                unrestored: formatCount(job.undo.unrestored),
              })}
            </p>
          )}
        </Notice>
      )}
      <ResultView job={job} onChanged={onChanged} busy={busy} />
    </>
  );
}

/** One import in any state. The user can leave the page and come back at any time. */
export function ImportJobView({ id }: { readonly id: string }) {
  const words = texts.value.import;
  const working = useSignal(true);
  const busy = useSignal(false);
  const choosing: Choosing = {
    remembered: useSignal<Remembered>({}),
    before: useSignal<PreviewChoices | null>(null),
  };
  const refused = useSignal<Problem | null>(null);
  const shown = useSignal<ImportJob | null>(null);
  const actions = useRef(0);
  const show = (one: ImportJob): void => {
    shown.value = one;
    working.value = isWorking(one);
  };
  const { state, reload } = useResource<ImportJob>(
    `${id} ${language.value} ${working.value}`,
    async (signal) => {
      const actionsBefore = actions.current;
      const job = await importsApi.get(id, signal);
      // The response to a request sent before an action is outdated once the action has begun.
      if (actions.current === actionsBefore) show(job);
      return job;
    },
    { everyMs: working.value ? askEveryMs : null },
  );
  const { problem } = state.value;
  const job = shown.value;

  /** `work` resolves to the changed import, or to null if the response does not contain it. */
  async function act(work: () => Promise<ImportJob | null>): Promise<void> {
    busy.value = true;
    refused.value = null;
    actions.current += 1;
    try {
      const changed = await work();
      actions.current += 1;
      if (changed !== null) show(changed);
    } catch (error) {
      refused.value = toProblem(error);
    }
    busy.value = false;
    reload();
  }

  return (
    <>
      <PageHead title={job === null ? words.title : job.fileName}>
        <a class="button" href="/app/import">
          <Icon name="import" size={16} />
          {words.again}
        </a>
      </PageHead>
      {refused.value !== null && <ProblemNotice problem={refused.value} />}
      {problem?.status === 404 ? (
        <Empty icon="file" title={words.unknownImport} text={words.unknownImportText} />
      ) : (
        problem !== null && <ProblemNotice problem={problem} retry={reload} />
      )}
      {job === null && problem === null && <Loading />}
      {job !== null && <Body job={job} act={act} onChanged={reload} busy={busy.value} choosing={choosing} />}
    </>
  );
}
