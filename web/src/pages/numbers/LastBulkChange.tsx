import { signal, useComputed } from "@preact/signals";
import { formatMinute } from "../../format/time.ts";
import { fill, formatCount } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { serverNowMs } from "../../live/ticking.ts";
import { useAction } from "../../net/action.ts";
import { lastUser } from "../../session.ts";
import { Notice, ProblemNotice, toast } from "../../ui/feedback.tsx";
import type { Undo } from "../../ui/feedback.tsx";
import { undoAll } from "./bulkWork.ts";
import type { BulkSums } from "./bulkWork.ts";

const undoMs = 10 * 60_000;

interface Done {
  readonly sums: BulkSums;
  readonly untilMs: number;
  readonly userId: number | null;
}

/** The last bulk change; kept while the user works on other pages. */
const last = signal<Done | null>(null);

const userIdNow = (): number | null => lastUser.value?.id ?? null;

export function rememberBulkChange(sums: BulkSums): void {
  last.value =
    sums.undo.length === 0 ? null : { sums, untilMs: serverNowMs.peek() + undoMs, userId: userIdNow() };
}

async function undoChange({ undo }: BulkSums): Promise<void> {
  const words = numbersTexts.value.bulk;
  const { changed, unchanged } = await undoAll(undo);
  last.value = null;
  toast(
    unchanged === 0
      ? fill(words.undone, { n: formatCount(changed) })
      : fill(words.undoneSome, { n: formatCount(changed), kept: formatCount(unchanged) }),
  );
}

/** The undo of a toast; undefined if the change cannot be undone. */
export const bulkUndo = (sums: BulkSums, onUndone: () => void): Undo | undefined =>
  sums.undo.length === 0 ? undefined : () => undoChange(sums).then(onUndone);

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

  async function undo({ sums }: Done): Promise<void> {
    if (await action.run(() => undoChange(sums))) onUndone();
  }

  return (
    <>
      <Notice
        tone="ok"
        title={fill(words.undoable, {
          n: formatCount(done.sums.changed),
          time: formatMinute(done.untilMs),
        })}
        action={
          <button type="button" class="button" disabled={action.busy.value} onClick={() => void undo(done)}>
            {words.undo}
          </button>
        }
      />
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
    </>
  );
}
