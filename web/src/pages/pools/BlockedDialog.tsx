import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { Dialog } from "../../ui/controls.tsx";
import { Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { InTheWay, singlesHint, wrongTexts } from "./InTheWay.tsx";
import { singlesOf } from "./numbersDraft.ts";

const pageSize = 100;

/** Blocked numbers of the pool and the reasons; lets the user block and unblock numbers. */
export function BlockedDialog(props: {
  readonly pool: Pool;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) {
  const { pool, onChanged, onClose } = props;
  const id = String(pool.id);
  const words = numbersTexts.value.pool;
  const shown = useSignal(pageSize);
  const { state, reload } = useResource(`${id} ${shown.value}`, (signal) =>
    api.listBlockedNumbers(id, { limit: shown.value }, { signal }),
  );
  const { value, problem } = state.value;
  const text = useSignal("");
  const note = useSignal("");
  const action = useAction();
  const numbers = singlesOf(text.value);
  const writes = may.value("numbers.write");
  const refused = action.refused.value;
  const wrong = new Set(refused === null ? [] : wrongTexts(refused, { numbers }));

  async function act(work: () => Promise<unknown>, said: string): Promise<boolean> {
    const done = await action.run(work);
    if (done) {
      toast(said);
      reload();
      onChanged();
    }
    return done;
  }

  async function block(): Promise<void> {
    const body = { numbers, note: note.value.trim() || null };
    if (!(await act(() => api.blockNumbers(id, body), words.blockedDone))) return;
    text.value = "";
    note.value = "";
  }

  return (
    <Dialog title={fill(words.blockedTitle, { name: pool.name })} onClose={onClose}>
      <div class="form">
        {refused !== null && wrong.size === 0 && <InTheWay problem={refused} sent={{ numbers }} />}
        <p class="muted">{words.blockedText}</p>
        {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
        {value === null && problem === null && <Loading />}
        {value?.items.length === 0 && <p>{words.noneBlocked}</p>}
        {value !== null && value.items.length > 0 && (
          <ul class="blocked" tabIndex={0} aria-label={words.blocked}>
            {value.items.map(({ number, note: reason, blockedAt }) => (
              <li key={number}>
                <div>
                  <span class="number">{formatPhone(number)}</span>
                  <small class="muted">
                    {reason === null ? "" : `${reason} · `}
                    {formatDateTime(blockedAt)}
                  </small>
                </div>
                {writes && (
                  <button
                    type="button"
                    class="button small"
                    disabled={action.busy.value}
                    aria-label={fill(words.unblockOne, { number: formatPhone(number) })}
                    onClick={() =>
                      void act(() => api.unblockNumbers(id, { numbers: [number] }), words.unblockedDone)
                    }
                  >
                    {words.unblock}
                  </button>
                )}
              </li>
            ))}
            {value.next !== null && shown.value < 1000 && (
              <li>
                <button
                  type="button"
                  class="button quiet small"
                  onClick={() => {
                    shown.value = Math.min(1000, shown.value * 3);
                  }}
                >
                  {words.more}
                </button>
              </li>
            )}
          </ul>
        )}
        {writes && (
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void block();
            }}
          >
            <TextArea
              label={words.singles}
              text={text}
              rows={2}
              required
              {...singlesHint(numbers, wrong, words.blockRule)}
            />
            <TextField label={words.note} text={note} hint={numbersTexts.value.rules.label} />
            <div>
              <button class="button primary" disabled={action.busy.value || numbers.length === 0}>
                {words.block}
              </button>
            </div>
          </form>
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
