import { api } from "../../api/client.ts";
import type { Mapping } from "../../api/client.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { texts } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { blamedFields } from "../../net/problem.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { forgetUnsavedText } from "../../ui/unsaved.ts";
import { chosenProxy, ProxyChoice, useProxyDraft } from "./ProxyChoice.tsx";

/** Another proxy number for the same real number. */
export function RenumberDialog(props: {
  readonly mapping: Mapping;
  readonly onDone: (renumbered: Mapping) => void;
  readonly onClose: () => void;
}) {
  const { mapping, onDone, onClose } = props;
  const words = numbersTexts.value.renumber;
  const proxy = useProxyDraft();
  const action = useAction();
  const refused = action.refused.value;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run(async () => {
            const id = String(mapping.id);
            const renumbered = await api.renumberMapping(id, chosenProxy(proxy), { ifMatch: mapping.etag });
            forgetUnsavedText();
            onDone(renumbered);
          });
        }}
      >
        {refused !== null && blamedFields(refused).size === 0 && <ProblemNotice problem={refused} />}
        <p>{words.text}</p>
        <ProxyChoice draft={proxy} defaultPool={words.samePool} refused={refused} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button class="button danger" disabled={action.busy.value}>
            {words.button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
