import { useSignal } from "@preact/signals";
import type { Mapping, MappingChange } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import { TextField, TimeField } from "../../ui/TextField.tsx";

/** For `<input type="datetime-local">`, in the viewer's zone. */
function localTime(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Only what was changed is sent, so that two people who change different things do not undo each other. */
export function MappingForm(props: {
  readonly mapping: Mapping;
  readonly busy: boolean;
  readonly onSave: (change: MappingChange) => void;
}) {
  const { mapping, busy, onSave } = props;
  const words = texts.value.numbers;
  const label = useSignal(mapping.label ?? "");
  const reference = useSignal(mapping.reference ?? "");
  const realNumber = useSignal(`+${mapping.realNumber}`);
  const expiresAt = useSignal(localTime(mapping.expiresAt));

  const change: MappingChange = {
    ...(label.value.trim() !== (mapping.label ?? "") && { label: label.value.trim() || null }),
    ...(reference.value.trim() !== (mapping.reference ?? "") && {
      reference: reference.value.trim() || null,
    }),
    ...(realNumber.value !== `+${mapping.realNumber}` && { realNumber: realNumber.value }),
    ...(expiresAt.value !== localTime(mapping.expiresAt) && {
      expiresAt: expiresAt.value === "" ? null : new Date(expiresAt.value).toISOString(),
    }),
  };
  return (
    <form
      class="card card-body form"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(change);
      }}
    >
      <h2>{words.edit}</h2>
      <TextField label={words.label} text={label} />
      <TextField label={words.reference} text={reference} />
      <TextField label={words.real} text={realNumber} />
      <TimeField label={words.expires} text={expiresAt} />
      <div>
        <button class="button primary" disabled={busy || Object.keys(change).length === 0}>
          {words.save}
        </button>
      </div>
    </form>
  );
}
