import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Mapping } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { may } from "../../session.ts";
import { Notice, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { currentOf } from "./ChangedMeanwhile.tsx";

const longest = 200;

function LabelInput(props: {
  readonly mapping: Mapping;
  readonly onSaved: (changed: Mapping) => void;
  /** The mapping is another one now, and the field stays. */
  readonly onChanged: (changed: Mapping) => void;
  readonly onLeave: () => void;
}) {
  const { mapping, onSaved, onChanged, onLeave } = props;
  const words = numbersTexts.value.label;
  const { common } = texts.value;
  const draft = useSignal(mapping.label ?? "");
  const action = useAction();
  const input = useRef<HTMLInputElement>(null);
  // Before the next key event.
  useLayoutEffect(() => input.current?.select(), []);
  const changed = draft.value.trim() !== (mapping.label ?? "");
  useUnsaved(changed);

  async function save(): Promise<void> {
    if (!changed) {
      onLeave();
      return;
    }
    await action.run(async () => {
      try {
        const label = draft.value.trim() || null;
        const saved = await api.changeMapping(String(mapping.id), { label }, { ifMatch: mapping.etag });
        onSaved(saved);
        toast(words.saved, () => undo(saved));
      } catch (error) {
        const now = currentOf(error);
        // Enter then overwrites the label shown.
        if (now !== null) onChanged(now);
        throw error;
      }
    });
  }

  async function undo({ id, etag }: Mapping): Promise<void> {
    onChanged(await api.changeMapping(String(id), { label: mapping.label }, { ifMatch: etag }));
  }

  return (
    <>
      <input
        ref={input}
        class="input"
        maxLength={longest}
        autocomplete="off"
        aria-label={fill(words.field, { number: formatPhone(mapping.proxyNumber) })}
        readOnly={action.busy.value}
        value={draft.value}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") void save();
          else if (event.key === "Escape") onLeave();
        }}
        // Saves the input when the field loses focus.
        onBlur={() => {
          if (!changed) onLeave();
        }}
      />
      {action.refused.value !== null &&
        (action.refused.value.code === "CHANGED_MEANWHILE" ? (
          <Notice tone="warn" title={fill(words.meanwhile, { label: mapping.label ?? common.none })} />
        ) : (
          <ProblemNotice problem={action.refused.value} />
        ))}
    </>
  );
}

/** The label in the list: a click turns it into a field. */
export function LabelCell({
  mapping,
  onSaved,
}: {
  readonly mapping: Mapping;
  readonly onSaved: (changed: Mapping) => void;
}) {
  const words = numbersTexts.value.label;
  const editing = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const returning = useRef(false);
  useLayoutEffect(() => {
    if (returning.current) button.current?.focus();
    returning.current = false;
  }, [editing.value]);
  if (!may.value("numbers.write") || mapping.state === "quarantined") return <>{mapping.label}</>;
  const leave = (): void => {
    returning.current = document.activeElement?.tagName === "INPUT";
    editing.value = false;
  };
  if (editing.value) {
    return (
      <LabelInput
        mapping={mapping}
        onSaved={(changed) => {
          leave();
          onSaved(changed);
        }}
        onChanged={onSaved}
        onLeave={leave}
      />
    );
  }
  const number = formatPhone(mapping.proxyNumber);
  return (
    <button
      ref={button}
      type="button"
      class="in-place"
      aria-label={
        mapping.label === null
          ? fill(words.add, { number })
          : fill(words.edit, { number, label: mapping.label })
      }
      onClick={() => {
        editing.value = true;
      }}
    >
      {mapping.label}
      <Icon name={mapping.label === null ? "plus" : "edit"} size={14} />
    </button>
  );
}
