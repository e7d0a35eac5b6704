import { useSignal } from "@preact/signals";
import type { Mapping, MappingPatch } from "../../api/client.ts";
import { fromExpiryInput, toExpiryInput } from "../../format/expiry.ts";
import type { Problem } from "../../net/problem.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { CallerIdField, callerIdOf, draftOf } from "../../ui/CallerIdField.tsx";
import { isMasked } from "./SecretNumber.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { ExpiryField } from "../../ui/ExpiryField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { useUnsaved } from "../../ui/unsaved.ts";
import { isPast } from "./expiry.ts";
import { ruledBy } from "./fieldRules.ts";

/** The fields that show refusals. */
export const formFields: readonly string[] = ["label", "reference", "realNumber", "expiresAt", "callerId"];

/** Sends only the changes. */
export function MappingForm(props: {
  readonly mapping: Mapping;
  readonly busy: boolean;
  /** Why the last attempt failed. */
  readonly refused: Problem | null;
  readonly onSave: (change: MappingPatch) => void;
}) {
  const { mapping, busy, refused, onSave } = props;
  const words = texts.value.numbers;
  const own = numbersTexts.value;
  const known = mapping.realNumber ?? "";
  const masked = isMasked(known);
  // A masked number cannot be edited: enter a complete new number, or none.
  const shownReal = masked ? "" : `+${known}`;
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
  const ruled = ruledBy(refused);
  const unchanged = Object.keys(change).length === 0;
  useUnsaved(!unchanged);
  const asksToExpire = useSignal(false);
  return (
    <>
      <form
        class="card card-body form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isPast(change.expiresAt)) asksToExpire.value = true;
          else onSave(change);
        }}
      >
        <h2>{words.edit}</h2>
        <TextField label={words.label} text={label} {...ruled("label")} />
        <TextField label={words.reference} text={reference} {...ruled("reference")} />
        <TextField
          label={words.real}
          text={realNumber}
          {...ruled("realNumber", masked ? fill(own.keepReal, { number: known }) : "")}
        />
        <ExpiryField
          label={words.expires}
          text={expiresAt}
          {...fieldHints(refused)("expiresAt", own.expiry.hint)}
        />
        <CallerIdField
          draft={callerId}
          none={own.callerId.inherit}
          rule={fieldHints(refused)("callerId", own.rules.realNumber)}
        />
        <div>
          <button class="button primary" disabled={busy || unchanged} aria-busy={busy}>
            {words.save}
          </button>
        </div>
      </form>
      {asksToExpire.value && (
        <ConfirmDialog
          title={own.past.title}
          text={own.past.text}
          label={own.past.save}
          work={async () => undefined}
          onDone={() => {
            asksToExpire.value = false;
            onSave(change);
          }}
          onClose={() => {
            asksToExpire.value = false;
          }}
        />
      )}
    </>
  );
}
