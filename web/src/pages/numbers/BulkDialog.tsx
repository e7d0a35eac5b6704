import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fromExpiryInput } from "../../format/expiry.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { Dialog } from "../../ui/controls.tsx";
import { Notice, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { ExpiryField } from "../../ui/ExpiryField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { sumsInWords } from "./bulkWords.ts";
import { doneOf } from "./bulkWork.ts";
import type { BulkSums, BulkTarget, Deed } from "./bulkWork.ts";
import { isPast } from "./expiry.ts";
import { rememberBulkChange } from "./LastBulkChange.tsx";

const deeds = ["disable", "enable", "expireAt", "neverExpire", "label", "noLabel", "release"] as const;
type DeedName = (typeof deeds)[number];

/** Asks again before a change that takes people offline. */
function takesOffline(name: DeedName | "", deed: Deed | null): boolean {
  return name === "disable" || (name === "expireAt" && isPast(deed?.change?.expiresAt));
}

/** null: nothing is chosen, or the input is incomplete. */
function deedOf(name: DeedName | "", label: string, expiresAt: string): Deed | null {
  const at = fromExpiryInput(expiresAt);
  switch (name) {
    case "":
      return null;
    case "disable":
      return { change: { state: "disabled" } };
    case "enable":
      return { change: { state: "active" } };
    case "expireAt":
      return at === null ? null : { change: { expiresAt: at } };
    case "neverExpire":
      return { change: { expiresAt: null } };
    case "label":
      return label.trim() === "" ? null : { change: { label: label.trim() } };
    case "noLabel":
      return { change: { label: null } };
    case "release":
      return { release: true };
  }
}

/** Counts first, changes exactly what was counted, and asks again before it takes people offline. */
export function BulkDialog({
  target,
  onDone,
  onClose,
}: {
  readonly target: BulkTarget;
  /** Called after changes. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const words = texts.value.numbers.bulk;
  const own = numbersTexts.value.bulk;
  const matched = useSignal<number | null>(null);
  const problem = useSignal<Problem | null>(null);
  const done = useSignal<BulkSums | null>(null);
  const name = useSignal<DeedName | "">("");
  const asking = useSignal(false);
  const label = useSignal("");
  const expiresAt = useSignal("");
  const typed = useSignal("");

  async function recount(): Promise<void> {
    try {
      matched.value = await target.count();
    } catch (error) {
      problem.value = toProblem(error);
    }
  }
  useEffect(() => void recount(), []);

  async function act(deed: Deed, count: number): Promise<void> {
    problem.value = null;
    done.value = { changed: 0, unchanged: 0, gone: 0, undo: [] };
    try {
      const result = await target.act(deed, count, (sums) => {
        done.value = { ...sums };
      });
      toast(sumsInWords(result), rememberBulkChange(result, onDone));
      onDone();
      onClose();
    } catch (error) {
      problem.value = toProblem(error);
      // Changes made so far are kept, and can be undone.
      if (done.value !== null && doneOf(done.value) > 0) {
        rememberBulkChange(done.value, onDone);
        onDone();
      }
      done.value = null;
      void recount();
    }
  }

  const count = matched.value;
  const deed = deedOf(name.value, label.value, expiresAt.value);
  const releases = name.value === "release";
  const sure = !releases || typed.value.trim() === String(count);
  const ready = count !== null && count > 0 && done.value === null && deed !== null && sure;
  const found = target.kind === "filter" ? words.found : own.selected;
  const title = target.kind === "filter" ? words.title : own.selectedTitle;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          if (takesOffline(name.value, deed) && !asking.value) asking.value = true;
          else void act(deed, count);
        }}
      >
        {problem.value !== null && <ProblemNotice problem={problem.value} />}
        <p role="status">{count === null ? words.counting : counted(found, count)}</p>
        {count !== null && count > 0 && (
          <>
            <label class="field">
              <span>{own.deed}</span>
              <select
                class="input"
                value={name.value}
                onChange={({ currentTarget }) => {
                  name.value = deeds.find((one) => one === currentTarget.value) ?? "";
                  asking.value = false;
                }}
              >
                <option value="">{own.choose}</option>
                {deeds.map((one) => (
                  <option key={one} value={one}>
                    {own.deeds[one]}
                  </option>
                ))}
              </select>
            </label>
            {name.value === "label" && (
              <TextField
                label={texts.value.numbers.label}
                text={label}
                required
                hint={numbersTexts.value.rules.label}
              />
            )}
            {name.value === "expireAt" && <ExpiryField label={own.expiresAt} text={expiresAt} required />}
            {asking.value && <Notice tone="warn" title={counted(own.offline, count)} />}
            {releases && <TextField label={fill(own.sure, { n: count })} text={typed} digits />}
            {name.value !== "" && <p class="muted">{releases ? own.canUndoRelease : own.canUndo}</p>}
          </>
        )}
        {done.value !== null && count !== null && (
          <>
            <progress aria-label={title} value={doneOf(done.value)} max={count} />
            <p class="muted number">{fill(words.progress, { n: formatCount(doneOf(done.value)) })}</p>
          </>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.close}
          </button>
          {count !== null && count > 0 && (
            <button class={`button ${releases || asking.value ? "danger" : "primary"}`} disabled={!ready}>
              {counted(releases ? own.release : asking.value ? own.sureOffline : own.apply, count)}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
