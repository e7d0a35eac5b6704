import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { testCallSeconds } from "../../../../src/values/testCall.ts";
import { api } from "../../api/client.ts";
import type { TestCall as Progress } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill } from "../../i18n/index.ts";
import { testCallTexts } from "../../i18n/testCall.ts";
import { useAction } from "../../net/action.ts";
import { toProblem } from "../../net/problem.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { reasonInWords, StateBadge, StatusBadge } from "../../ui/callWords.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";

const renewMs = 500;
/** The board learns of a call a moment after Asterisk has begun it. */
const unknownForMs = 5_000;

function Outcome({ outcome }: { readonly outcome: NonNullable<Progress["outcome"]> }) {
  const words = testCallTexts.value;
  const { status, reason, sipCode, cause } = outcome;
  const codes = [
    sipCode === null ? null : fill(words.sipCode, { code: String(sipCode) }),
    cause === null ? null : fill(words.cause, { cause: String(cause) }),
  ].filter((one) => one !== null);
  return (
    <p data-test-call="ended">
      {words.ended} <StatusBadge status={status} />{" "}
      <span class="muted">{[reasonInWords(reason), ...codes].filter((one) => one !== "").join(", ")}</span>
    </p>
  );
}

/** Follows the call until it is over. */
function Course({ callId }: { readonly callId: string }) {
  const words = testCallTexts.value;
  const call = useSignal<Progress | null>(null);
  const gone = useSignal(false);
  const hangingUp = useAction();

  useEffect(() => {
    const following = new AbortController();
    const { signal } = following;
    const beganMs = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      try {
        call.value = await api.getTestCall(callId, { signal });
      } catch (error) {
        if (signal.aborted) return;
        const waits = performance.now() - beganMs < unknownForMs;
        gone.value = toProblem(error).status === 404 && !waits;
      }
      if (!gone.value && call.value?.state !== "ended") timer = setTimeout(() => void look(), renewMs);
    }
    void look();
    return () => {
      following.abort();
      clearTimeout(timer);
    };
  }, [callId]);

  const record = <a href={`/app/calls/${encodeURIComponent(callId)}`}>{words.record}</a>;
  if (gone.value) return <p>{words.gone}</p>;
  if (call.value === null) return <p>{words.placing}</p>;
  const { state, outcome } = call.value;
  if (outcome !== null)
    return (
      <>
        <Outcome outcome={outcome} />
        {record}
      </>
    );
  return (
    <>
      <p data-test-call={state}>
        <StateBadge state={state} />
      </p>
      <button
        type="button"
        class="button"
        disabled={hangingUp.busy.value}
        onClick={() => void hangingUp.run(() => api.hangUpCall(callId))}
      >
        {words.hangUp}
      </button>
      {hangingUp.refused.value !== null && <ProblemNotice problem={hangingUp.refused.value} />}
    </>
  );
}

/** Calls the real number, to hear whether calls arrive. */
export function TestCall({ id, proxyNumber }: { readonly id: string; readonly proxyNumber: string }) {
  const words = testCallTexts.value;
  const asking = useSignal(false);
  const callId = useSignal<string | null>(null);
  return (
    <section class="card card-body form" aria-labelledby="test-call">
      <h2 id="test-call">{words.title}</h2>
      <p class="muted">{fill(words.intro, { seconds: String(testCallSeconds) })}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          asking.value = true;
        }}
      >
        {words.call}
      </button>
      <div class="outcome" aria-live="polite">
        {callId.value !== null && <Course key={callId.value} callId={callId.value} />}
      </div>
      {asking.value && (
        <ConfirmDialog
          title={fill(words.askTitle, { number: formatPhone(proxyNumber) })}
          text={words.askText}
          label={words.call}
          danger={false}
          work={async () => {
            callId.value = null;
            ({ callId: callId.value } = await api.placeTestCall(id));
          }}
          onDone={() => {
            asking.value = false;
          }}
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </section>
  );
}
