import { useSignal } from "@preact/signals";
import type { Mapping, MappingPatch } from "../../api/client.ts";
import { fromExpiryInput, toExpiryInput } from "../../format/expiry.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { CallerIdField, callerIdOf, draftOf } from "../../ui/CallerIdField.tsx";
import { isMasked } from "./SecretNumber.tsx";
import { ExpiryField } from "../../ui/ExpiryField.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** Sends only the changes, so that two users who edit different fields do not overwrite each other. */
export function MappingForm(props: {
  readonly mapping: Mapping;
  readonly busy: boolean;
  readonly onSave: (change: MappingPatch) => void;
}) {
  const { mapping, busy, onSave } = props;
  const words = texts.value.numbers;
  const own = numbersTexts.value;
  const masked = isMasked(mapping.realNumber);
  // A masked number cannot be edited: enter a complete new number, or none.
  const shownReal = masked ? "" : `+${mapping.realNumber}`;
  const label = useSignal(mapping.label ?? "");
  const reference = useSignal(mapping.reference ?? "");
  const realNumber = useSignal(shownReal);
  const expiresAt = useSignal(toExpiryInput(mapping.expiresAt));
  const policy = draftOf(mapping.callerId);
  const callerId = { kind: useSignal<string>(policy.kind), number: useSignal(policy.number) };
  const shownCallerId = callerIdOf(policy.kind, policy.number);
  const chosenCallerId = callerIdOf(callerId.kind.value, callerId.number.value);

  const change: MappingPatch = {
    ...(label.value.trim() !== (mapping.label ?? "") && { label: label.value.trim() || null }),
    ...(reference.value.trim() !== (mapping.reference ?? "") && {
      reference: reference.value.trim() || null,
    }),
    ...(realNumber.value.trim() !== shownReal &&
      realNumber.value.trim() !== "" && { realNumber: realNumber.value.trim() }),
    ...(expiresAt.value !== toExpiryInput(mapping.expiresAt) && {
      expiresAt: fromExpiryInput(expiresAt.value),
    }),
    ...(chosenCallerId !== shownCallerId && { callerId: chosenCallerId }),
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
      <TextField
        label={words.real}
        text={realNumber}
        {...(masked && { hint: fill(own.keepReal, { number: mapping.realNumber }) })}
      />
      <ExpiryField label={words.expires} text={expiresAt} />
      <CallerIdField draft={callerId} none={own.callerId.inherit} />
      <div>
        <button class="button primary" disabled={busy || Object.keys(change).length === 0}>
          {words.save}
        </button>
      </div>
    </form>
  );
}
