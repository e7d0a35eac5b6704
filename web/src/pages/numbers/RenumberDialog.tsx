import { api } from "../../api/client.ts";
import type { Mapping } from "../../api/client.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { forgetUnsavedText } from "../../ui/unsaved.ts";
import { chosenProxy, ProxyChoice, proxyFields, useProxyDraft } from "./ProxyChoice.tsx";

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

  async function renumber(): Promise<void> {
    const id = String(mapping.id);
    const renumbered = await api.renumberMapping(id, chosenProxy(proxy), { ifMatch: mapping.etag });
    forgetUnsavedText();
    onDone(renumbered);
  }

  return (
    <FormDialog
      title={words.title}
      label={words.button}
      danger
      work={renumber}
      onClose={onClose}
      action={action}
      fields={proxyFields(proxy)}
    >
      <p>{words.text}</p>
      <ProxyChoice draft={proxy} defaultPool={words.samePool} refused={action.refused.value} />
    </FormDialog>
  );
}
