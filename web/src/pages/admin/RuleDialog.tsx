import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { IpRule, IpRulePurpose } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { texts } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";

const purposes: readonly IpRulePurpose[] = ["access", "lookups"];

/** A network and its permissions. Keeps the input until the server has accepted it. */
export function RuleDialog(props: { readonly onMade: (made: IpRule) => void; readonly onClose: () => void }) {
  const { onMade, onClose } = props;
  const words = accessTexts.value.rules;
  const purpose = useSignal<IpRulePurpose>("access");
  const network = useSignal("");
  const note = useSignal("");
  const action = useAction();

  const make = (): Promise<boolean> =>
    action.run(async () => {
      const rule = { purpose: purpose.value, network: network.value.trim(), note: note.value };
      onMade(await api.createIpRule(rule));
    });

  return (
    <Dialog title={words.createTitle} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
        <fieldset class="choices">
          <legend>{words.purpose}</legend>
          {purposes.map((one) => (
            <label key={one} class="choice">
              <input
                type="radio"
                name="purpose"
                value={one}
                checked={purpose.value === one}
                onChange={() => {
                  purpose.value = one;
                }}
              />
              <span>
                {words.purposes[one]}
                <small>{words.purposesSay[one]}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <TextField
          label={words.network}
          text={network}
          required
          autocomplete="off"
          hint={words.networkHint}
        />
        <TextField label={words.note} text={note} autocomplete="off" />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button class="button primary" disabled={action.busy.value}>
            {words.make}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
