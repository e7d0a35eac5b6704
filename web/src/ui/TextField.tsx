import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

/** The rule of a field, or the error in its value. */
export function Hint({
  id,
  text,
  wrong = false,
}: {
  readonly id: string;
  readonly text: string;
  readonly wrong?: boolean;
}) {
  return (
    <small id={id} class={wrong ? "bad" : "muted"} {...(wrong && { role: "status" as const })}>
      {text}
    </small>
  );
}

/** A labelled text field. */
export function TextField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
  /** The allowed input, or the error; announced with the field, not as part of its name. */
  readonly hint?: string;
  readonly wrong?: boolean;
  readonly password?: boolean;
  /** For the browser's password manager; `off` where it would be in the way. The browser remembers no other text, either. */
  readonly autocomplete?: "off" | "current-password" | "new-password" | "one-time-code";
  readonly digits?: boolean;
  /** More letters cannot be typed. */
  readonly longest?: number;
}) {
  const { label, text, required = false, hint, wrong = false, password = false, digits = false } = props;
  const { autocomplete, longest = autocomplete?.endsWith("password") === true ? 1000 : 200 } = props;
  const hintId = useId();
  const field = (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        {...(password ? { type: "password" as const } : { type: "text" as const })}
        maxLength={longest}
        required={required}
        autocomplete={autocomplete ?? "off"}
        {...(autocomplete !== undefined && { autocapitalize: "off", spellcheck: false })}
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
      <Hint id={hintId} text={hint} wrong={wrong} />
    </div>
  );
}

/** An optional time in the viewer's time zone. */
export function TimeField(props: {
  readonly label: string;
  readonly text: Signal<string>;
  readonly required?: boolean;
  readonly hint?: string;
  readonly wrong?: boolean;
}) {
  const { label, text, required = false, hint, wrong = false } = props;
  const hintId = useId();
  const field = (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        type="datetime-local"
        required={required}
        {...(hint !== undefined && { "aria-describedby": hintId })}
        {...(wrong && { "aria-invalid": true })}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
    </label>
  );
  return hint === undefined ? (
    field
  ) : (
    <div class="hinted">
      {field}
      <Hint id={hintId} text={hint} wrong={wrong} />
    </div>
  );
}
