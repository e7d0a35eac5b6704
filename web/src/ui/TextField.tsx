import type { Signal } from "@preact/signals";

/** A line of text under its name. */
export function TextField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        class="input"
        type="text"
        maxLength={200}
        required={props.required === true}
        value={props.text.value}
        onInput={({ currentTarget }) => {
          props.text.value = currentTarget.value;
        }}
      />
    </label>
  );
}

/** A time in the viewer's zone, or none. */
export function TimeField({ label, text }: { readonly label: string; readonly text: Signal<string> }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        type="datetime-local"
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
    </label>
  );
}
