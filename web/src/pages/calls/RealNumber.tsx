import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { may } from "../../session.ts";
import { Phone } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";

/** Masked for those who may not see it; who may reveal one asks for it, and the server writes that down. */
export function RealNumber({ callId, number }: { readonly callId: string; readonly number: string | null }) {
  const words = texts.value.calls;
  const revealed = useSignal<string | null>(null);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  if (number === null || number === "") return texts.value.common.none;

  async function reveal(): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      revealed.value = (await api.revealCall(callId)).realNumber;
    } catch (error) {
      problem.value = toProblem(error);
    }
    busy.value = false;
  }

  const offered = revealed.value === null && may.value("numbers.reveal") && !may.value("numbers.real");
  return (
    <>
      <span aria-live="polite">
        <Phone number={revealed.value ?? number} />
      </span>
      {offered && (
        <>
          {" "}
          <button
            type="button"
            class="button small"
            disabled={busy.value}
            title={words.revealText}
            onClick={() => void reveal()}
          >
            {words.reveal}
          </button>
        </>
      )}
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
    </>
  );
}
