import { useSignal } from "@preact/signals";
import { api } from "../../../api/client.ts";
import type { ErasureReport, PrivacyReport } from "../../../api/client.ts";
import { fill } from "../../../i18n/index.ts";
import { privacyTexts } from "../../../i18n/privacy.ts";
import { useAction } from "../../../net/action.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { Notice, ProblemNotice } from "../../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../../ui/fieldProblems.ts";
import { TextField } from "../../../ui/TextField.tsx";
import { Findings } from "./Findings.tsx";

function Erased({ report }: { readonly report: ErasureReport }) {
  const words = privacyTexts.value;
  const { isComplete, silentInstances } = report;
  return (
    <section class="card card-body" aria-labelledby="erased-title" data-report="erasure">
      <h2 id="erased-title">{words.erasedTitle}</h2>
      <Notice tone={isComplete ? "ok" : "warn"} title={isComplete ? words.done : words.incomplete}>
        <p>{isComplete ? words.doneText : words.incompleteText}</p>
        {silentInstances.length > 0 && <p>{fill(words.silent, { nodes: silentInstances.join(", ") })}</p>}
      </Notice>
      <Findings report={report} nothing={words.nothingErased} />
    </section>
  );
}

/** Reports what is held about a number, and erases it. */
export function PrivacySection() {
  const words = privacyTexts.value;
  const number = useSignal("");
  const held = useSignal<PrivacyReport | null>(null);
  const erased = useSignal<ErasureReport | null>(null);
  const asking = useSignal(false);
  const action = useAction();
  const refused = action.refused.value;

  async function ask(): Promise<void> {
    held.value = null;
    erased.value = null;
    await action.run(async () => {
      held.value = await api.reportNumber({ number: number.value.trim() });
    });
  }

  return (
    <>
      <section class="card card-body" aria-labelledby="privacy-title" aria-busy={action.busy.value}>
        <h2 id="privacy-title">{words.title}</h2>
        <p class="muted">{words.intro}</p>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <TextField
            label={words.number}
            text={number}
            required
            autocomplete="off"
            {...fieldHints(refused)("number", words.numberHint)}
          />
          <div>
            <button
              class="button primary"
              disabled={action.busy.value || number.value.trim() === ""}
              aria-busy={action.busy.value}
            >
              {words.report}
            </button>
          </div>
        </form>
        <div aria-live="polite">
          {action.busy.value && <p class="muted">{words.working}</p>}
          {refused !== null && !isShownBeside(refused, ["number"]) && <ProblemNotice problem={refused} />}
        </div>
      </section>
      {held.value !== null && (
        <section class="card card-body" aria-labelledby="held-title" data-report="held">
          <h2 id="held-title">{words.reportTitle}</h2>
          <Findings report={held.value} nothing={words.nothing} />
          <div>
            <button
              type="button"
              class="button danger"
              onClick={() => {
                asking.value = true;
              }}
            >
              {words.erase}
            </button>
          </div>
        </section>
      )}
      {erased.value !== null && <Erased report={erased.value} />}
      {asking.value && (
        <ConfirmDialog
          title={words.eraseTitle}
          text={words.eraseText}
          label={words.erase}
          work={async () => {
            erased.value = await api.eraseNumber({ number: number.value.trim() });
          }}
          onDone={() => {
            asking.value = false;
            held.value = null;
            number.value = "";
          }}
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </>
  );
}
