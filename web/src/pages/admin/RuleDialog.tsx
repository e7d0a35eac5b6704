import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { IpRule, IpRulePurpose } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
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
  const hints = fieldHints(action.refused.value);

  async function make(): Promise<void> {
    const rule = { purpose: purpose.value, network: network.value.trim(), note: note.value };
    onMade(await api.createIpRule(rule));
  }

  return (
    <FormDialog
      title={words.createTitle}
      label={words.make}
      work={make}
      onClose={onClose}
      action={action}
      fields={["network", "note"]}
    >
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
        longest={60}
        {...hints("network", words.networkHint)}
      />
      <TextField label={words.note} text={note} autocomplete="off" {...hints("note", words.noteHint)} />
    </FormDialog>
  );
}
