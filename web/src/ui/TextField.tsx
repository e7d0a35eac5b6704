import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

/** A line of text under its name. */
export function TextField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
  /** What may be typed, or what is wrong with it, in words; said with the field, not as a part of its name. */
  readonly hint?: string;
  readonly wrong?: boolean;
  readonly password?: boolean;
  /** For the browser's own list of names and passwords; `off` where it would only be in the way. */
  readonly autocomplete?: "off" | "current-password" | "new-password" | "one-time-code";
  readonly digits?: boolean;
}) {
  const { label, text, required = false, hint, wrong = false, password = false, digits = false } = props;
  const { autocomplete } = props;
  const hintId = useId();
  const field = (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        {...(password ? { type: "password" as const } : { type: "text" as const })}
        maxLength={autocomplete?.endsWith("password") === true ? 1000 : 200}
        required={required}
        {...(autocomplete !== undefined && { autocomplete, autocapitalize: "off", spellcheck: false })}
        {...(digits && { inputMode: "numeric" as const })}
        {...(hint !== undefined && { "aria-describedby": hintId })}
        {...(wrong && { "aria-invalid": true })}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
    </label>
  );
  if (hint === undefined) return field;
  return (
    <div class="hinted">
      {field}
      <small id={hintId} class={wrong ? "bad" : "muted"} {...(wrong && { role: "status" as const })}>
        {hint}
      </small>
    </div>
  );
}

/** A time in the viewer's zone, or none. */
export function TimeField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
}) {
  const { label, text, required = false } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        type="datetime-local"
        required={required}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
    </label>
  );
}
