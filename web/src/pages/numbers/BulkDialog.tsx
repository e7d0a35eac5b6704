import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { MappingBulk, MappingQuery } from "../../api/client.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice, toast } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";

type Deed = Pick<MappingBulk, "change" | "release">;

/** Counts first, changes exactly what was counted, and asks twice before it releases. */
export function BulkDialog({
  query,
  onClose,
}: {
  readonly query: MappingQuery;
  readonly onClose: () => void;
}) {
  const words = texts.value.numbers.bulk;
  const matched = useSignal<number | null>(null);
  const problem = useSignal<Problem | null>(null);
  const done = useSignal<number | null>(null);
  const typed = useSignal("");
  const { sort: _sort, limit: _limit, after: _after, ...filter } = query;

  useEffect(() => {
    api
      .changeMappings({ filter, dryRun: true })
      .then((answer) => {
        if ("matched" in answer) matched.value = answer.matched;
      })
      .catch((error: unknown) => {
        problem.value = toProblem(error);
      });
  }, []);

  async function act(deed: Deed): Promise<void> {
    problem.value = null;
    done.value = 0;
    const sums = { changed: 0, unchanged: 0 };
    let after: string | null = null;
    try {
      do {
        const answer = await api.changeMappings({
          filter,
          ...deed,
          ...(after === null ? { expected: matched.value ?? 0 } : { after }),
        });
        if (!("changed" in answer)) throw new Error("The server has counted instead of changing.");
        sums.changed += answer.changed;
        sums.unchanged += answer.unchanged;
        done.value = sums.changed + sums.unchanged;
        after = answer.next;
      } while (after !== null);
      toast(fill(words.done, { changed: formatCount(sums.changed), unchanged: formatCount(sums.unchanged) }));
      onClose();
    } catch (error) {
      problem.value = toProblem(error);
      done.value = null;
    }
  }

  const count = matched.value;
  const idle = count !== null && count > 0 && done.value === null;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div class="form">
        {problem.value !== null && <ProblemNotice problem={problem.value} />}
        <p role="status">{count === null ? words.counting : counted(words.found, count)}</p>
        {done.value !== null && count !== null && (
          <>
            <progress aria-label={words.title} value={done.value} max={count} />
            <p class="muted number">{fill(words.progress, { n: formatCount(done.value) })}</p>
          </>
        )}
        <div class="toolbar">
          <button
            type="button"
            class="button"
            disabled={!idle}
            onClick={() => void act({ change: { state: "disabled" } })}
          >
            {words.disable}
          </button>
          <button
            type="button"
            class="button"
            disabled={!idle}
            onClick={() => void act({ change: { state: "active" } })}
          >
            {words.enable}
          </button>
        </div>
        {count !== null && count > 0 && (
          <>
            <TextField label={fill(words.sure, { n: count })} text={typed} />
            <div>
              <button
                type="button"
                class="button danger"
                disabled={!idle || typed.value.trim() !== String(count)}
                onClick={() => void act({ release: true })}
              >
                {words.release}
              </button>
            </div>
          </>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
