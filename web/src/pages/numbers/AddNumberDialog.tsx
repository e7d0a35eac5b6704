import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Mapping, NewMapping } from "../../api/client.ts";
import { fromExpiryInput } from "../../format/expiry.ts";
import { texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { ExpiryField } from "../../ui/ExpiryField.tsx";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { forgetUnsavedText } from "../../ui/unsaved.ts";
import { ruledBy } from "./fieldRules.ts";
import { chosenProxy, ProxyChoice, proxyFields, useProxyDraft } from "./ProxyChoice.tsx";

const optional = (name: "label" | "reference", text: string): Partial<NewMapping> =>
  text.trim() === "" ? {} : { [name]: text.trim() };

/** One number by hand. */
export function AddNumberDialog(props: {
  readonly onAdded: (added: Mapping) => void;
  readonly onClose: () => void;
}) {
  const words = texts.value.numbers;
  const own = numbersTexts.value;
  const realNumber = useSignal("");
  const proxy = useProxyDraft();
  const label = useSignal("");
  const reference = useSignal("");
  const expiresAt = useSignal("");
  const action = useAction();
  const refused = action.refused.value;
  const ruled = ruledBy(refused);

  async function add(): Promise<void> {
    const expiry = fromExpiryInput(expiresAt.value);
    const added = await api.addMapping({
      realNumber: realNumber.value.trim(),
      ...chosenProxy(proxy),
      ...optional("label", label.value),
      ...optional("reference", reference.value),
      ...(expiry !== null && { expiresAt: expiry }),
    });
    forgetUnsavedText();
    props.onAdded(added);
  }

  return (
    <FormDialog
      title={own.add.title}
      label={own.add.button}
      work={add}
      onClose={props.onClose}
      action={action}
      fields={["realNumber", "label", "reference", "expiresAt", ...proxyFields(proxy)]}
    >
      <TextField label={words.real} text={realNumber} required {...ruled("realNumber")} />
      <ProxyChoice draft={proxy} defaultPool={own.add.anyNumber} refused={refused} />
      <TextField label={words.label} text={label} {...ruled("label")} />
      <TextField label={words.reference} text={reference} {...ruled("reference")} />
      <ExpiryField
        label={words.expires}
        text={expiresAt}
        {...fieldHints(refused)("expiresAt", own.expiry.hint)}
      />
    </FormDialog>
  );
}
