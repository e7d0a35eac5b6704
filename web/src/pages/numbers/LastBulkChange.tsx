import { signal, useComputed } from "@preact/signals";
import type { UndoStep } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { fill, formatCount } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { serverNowMs } from "../../live/ticking.ts";
import { useAction } from "../../net/action.ts";
import { lastUser } from "../../session.ts";
import { Notice, ProblemNotice, toast } from "../../ui/feedback.tsx";
import type { Undo } from "../../ui/feedback.tsx";
import { undoParts } from "./bulkWork.ts";
import type { BulkSums, UndonePart } from "./bulkWork.ts";

const undoMs = 10 * 60_000;

interface Done {
  readonly steps: readonly UndoStep[];
  /** How many numbers were changed. */
  readonly changed: number;
  readonly untilMs: number;
  readonly userId: number | null;
  /** As far as it is undone; the rest can still be undone after an error. */
  readonly undone: UndonePart;
}

/** The last bulk change; kept while the user works on other pages. */
const last = signal<Done | null>(null);
const isUndoing = signal(false);

const userIdNow = (): number | null => lastUser.value?.id ?? null;

/** Returns the undo of a toast; undefined if there is nothing to undo. */
export function rememberBulkChange(
  { undo: steps, changed }: BulkSums,
  onUndone: () => void,
): Undo | undefined {
  if (steps.length === 0) return undefined;
  const untilMs = serverNowMs.peek() + undoMs;
  const undone = { changed: 0, unchanged: 0, stepsDone: 0 };
  const done: Done = { steps, changed, untilMs, userId: userIdNow(), undone };
  last.value = done;
  // After a large change, the steps fill a lot of memory.
  setTimeout(() => {
    if (last.peek()?.steps === steps) last.value = null;
  }, undoMs);
  return () => undoChange(done).then(onUndone);
}

function undoneInWords(changed: number, unchanged: number, steps: readonly UndoStep[]): string {
  const words = numbersTexts.value.bulk;
  if (unchanged === 0) return fill(words.undone, { n: formatCount(changed) });
  const released = steps.some(({ restore }) => restore === true);
  return fill(released ? words.undoneSomeReleased : words.undoneSome, {
    n: formatCount(changed),
    kept: formatCount(unchanged),
  });
}

/** The toast and the notice offer the same; only the first starts it. */
async function undoChange({ steps, undone }: Done): Promise<void> {
  if (isUndoing.peek()) return;
  isUndoing.value = true;
  let { changed, unchanged } = undone;
  try {
    for await (const part of undoParts(steps, undone.stepsDone)) {
      changed += part.changed;
      unchanged += part.unchanged;
      const { stepsDone } = part;
      const now = last.peek();
      // There may be another one by now.
      if (now?.steps === steps) last.value = { ...now, undone: { changed, unchanged, stepsDone } };
    }
    if (last.peek()?.steps === steps) last.value = null;
    toast(undoneInWords(changed, unchanged, steps));
  } finally {
    isUndoing.value = false;
  }
}

/** Offers to undo the user's last bulk change for ten minutes. */
export function LastBulkChange({ onUndone }: { readonly onUndone: () => void }) {
  const words = numbersTexts.value.bulk;
  const action = useAction();
  const shown = useComputed(() =>
    last.value !== null && last.value.userId === userIdNow() && serverNowMs.value < last.value.untilMs
      ? last.value
      : null,
  );
  const done = shown.value;
  if (done === null) return null;

  async function undo(change: Done): Promise<void> {
    if (await action.run(() => undoChange(change))) onUndone();
  }

  return (
    <>
      <Notice
        tone="ok"
        title={
          isUndoing.value
            ? fill(words.undoing, {
                n: formatCount(done.undone.changed + done.undone.unchanged),
                total: formatCount(done.changed),
              })
            : fill(words.undoable, { n: formatCount(done.changed), time: formatMinute(done.untilMs) })
        }
        action={
          <button type="button" class="button" disabled={isUndoing.value} onClick={() => void undo(done)}>
            {words.undo}
          </button>
        }
      />
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
    </>
  );
}
