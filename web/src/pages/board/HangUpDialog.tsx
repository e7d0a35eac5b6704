import { useSignal } from "@preact/signals";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { formatPhone } from "../../format/phone.ts";
import { texts } from "../../i18n/index.ts";
import { api } from "../../api/client.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice, toast } from "../../ui/feedback.tsx";

/** Asks for confirmation before hanging up. */
export function HangUpDialog({ call, onClose }: { readonly call: LiveCall; readonly onClose: () => void }) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const { board: words, common } = texts.value;

  async function hangUp(): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      await api.hangUpCall(call.callId);
      toast(words.hangUpDone);
      onClose();
    } catch (error) {
      const refusal = toProblem(error);
      // The call has already ended, as intended.
      if (refusal.status === 404) {
        toast(words.hangUpGone);
        onClose();
      } else problem.value = refusal;
    }
    busy.value = false;
  }

  return (
    <Dialog title={words.hangUpTitle} onClose={onClose}>
      <p class="number">
        {call.caller === null ? common.withheld : formatPhone(call.caller)} → {formatPhone(call.proxy)}
      </p>
      <p class="muted">{words.hangUpText}</p>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {common.cancel}
        </button>
        <button
          type="button"
          class="button danger"
          disabled={busy.value}
          aria-busy={busy.value}
          onClick={() => void hangUp()}
        >
          {words.hangUp}
        </button>
      </div>
    </Dialog>
  );
}
