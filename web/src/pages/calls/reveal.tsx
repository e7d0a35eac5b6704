import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { CallDetails } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { may } from "../../session.ts";
import { ProblemNotice } from "../../ui/feedback.tsx";

type Numbers = Pick<CallDetails, "caller" | "realNumber">;

/**
 * Both parties' numbers are masked for viewers without access. Viewers who may reveal a call request them, which
 * the server writes to the audit log.
 */
export function useNumbers(call: CallDetails) {
  const revealed = useSignal<Numbers | null>(null);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);

  async function reveal(): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      revealed.value = await api.revealCall(call.callId);
    } catch (error) {
      problem.value = toProblem(error);
    }
    busy.value = false;
  }

  const shown: Numbers = revealed.value ?? call;
  const hidden = call.realNumber !== null || call.caller !== null;
  const offered =
    hidden && revealed.value === null && may.value("numbers.reveal") && !may.value("numbers.real");
  return { shown, offered, busy: busy.value, problem: problem.value, reveal: () => void reveal() };
}

/** Requests the numbers and explains that this is logged. */
export function RevealButton({ numbers }: { readonly numbers: ReturnType<typeof useNumbers> }) {
  const words = texts.value.calls;
  return (
    <>
      {numbers.offered && (
        <p>
          <button type="button" class="button small" disabled={numbers.busy} onClick={numbers.reveal}>
            {words.reveal}
          </button>{" "}
          <span class="muted">{words.revealText}</span>
        </p>
      )}
      {numbers.problem !== null && <ProblemNotice problem={numbers.problem} />}
    </>
  );
}
