import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { SimulatedCall } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { reasonInWords, StatusBadge } from "../../ui/callWords.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../ui/fieldProblems.ts";
import { TextField } from "../../ui/TextField.tsx";

function Outcome({ result }: { readonly result: SimulatedCall }) {
  const words = numbersTexts.value.tryNumber;
  const { calls, common } = texts.value;
  if (result.decision === "refuse")
    return (
      <p>
        {words.refused} <StatusBadge status={result.status} />{" "}
        <span class="muted">{reasonInWords(result.reason)}</span>
      </p>
    );
  return (
    <dl class="facts">
      <dt>{words.connectedTo}</dt>
      <dd>{formatPhone(result.realNumber)}</dd>
      <dt>{words.shown}</dt>
      <dd>{result.shownNumber === null ? common.withheld : formatPhone(result.shownNumber)}</dd>
      <dt>{calls.direction}</dt>
      <dd>{calls.directions[result.direction]}</dd>
      <dt>{calls.outboundTrunk}</dt>
      <dd>{result.trunk}</dd>
    </dl>
  );
}

/** Shows the outcome of a call to this number without dialling. */
export function TryNumber({ id }: { readonly id: string }) {
  const words = numbersTexts.value.tryNumber;
  const caller = useSignal("");
  const result = useSignal<SimulatedCall | null>(null);
  const action = useAction();
  const refused = action.refused.value;

  async function ask(): Promise<void> {
    result.value = null;
    const number = caller.value.trim();
    await action.run(async () => {
      result.value = await api.simulateCall(id, { caller: number === "" ? null : number });
    });
  }

  return (
    <section class="card card-body" aria-labelledby="try-number">
      <h2 id="try-number">{words.title}</h2>
      <p class="muted">{words.intro}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <TextField label={words.caller} text={caller} {...fieldHints(refused)("caller", words.callerHint)} />
        <button class="button" disabled={action.busy.value} aria-busy={action.busy.value}>
          {words.ask}
        </button>
      </form>
      <div class="outcome" aria-live="polite">
        {refused !== null && !isShownBeside(refused, ["caller"]) && <ProblemNotice problem={refused} />}
        {result.value !== null && <Outcome result={result.value} />}
      </div>
    </section>
  );
}
