import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Hint } from "./TextField.tsx";

/** A labelled multi-line text field. */
export function TextArea(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly rows?: number;
  readonly hint?: string;
  readonly wrong?: boolean;
  readonly required?: boolean;
}) {
  const { label, text, rows = 3, hint, wrong = false, required = false } = props;
  const hintId = useId();
  return (
    <div class="hinted">
      <label class="field">
        <span>{label}</span>
        <textarea
          class="input"
          rows={rows}
          required={required}
          spellcheck={false}
          autocomplete="off"
          {...(hint !== undefined && { "aria-describedby": hintId })}
          {...(wrong && { "aria-invalid": true })}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </label>
      {hint !== undefined && <Hint id={hintId} text={hint} wrong={wrong} />}
    </div>
  );
}
