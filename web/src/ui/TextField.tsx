import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

/** A labelled text field. */
export function TextField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
  /** Allowed input, or what is wrong with it; announced with the field, not as part of its name. */
  readonly hint?: string;
  readonly wrong?: boolean;
  readonly password?: boolean;
  /** For the browser's password manager; `off` where it would be in the way. */
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

/** An optional time in the viewer's time zone. */
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
