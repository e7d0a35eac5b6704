import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { numbersTexts } from "../i18n/numbers.ts";
import { Hint } from "./TextField.tsx";

/** A date, which lasts until its end in the time zone of the installation, or a time in that of the viewer. */
export function ExpiryField(props: {
  readonly label: string;
  /** As `toExpiryInput` has it. */
  readonly text: Signal<string>;
  readonly required?: boolean;
  readonly hint?: string;
  readonly wrong?: boolean;
}) {
  const { label, text, required = false, wrong = false } = props;
  const words = numbersTexts.value.expiry;
  const hintId = useId();
  const [date = "", time = ""] = text.value.split("T");
  return (
    <div class="hinted">
      <div class="side-by-side">
        <label class="field">
          <span>{label}</span>
          <input
            class="input"
            type="date"
            required={required}
            aria-describedby={hintId}
            {...(wrong && { "aria-invalid": true })}
            value={date}
            onInput={({ currentTarget: { value } }) => {
              text.value = value === "" || time === "" ? value : `${value}T${time}`;
            }}
          />
        </label>
        <label class="field">
          <span>{words.time}</span>
          <input
            class="input"
            type="time"
            disabled={date === ""}
            value={time}
            onInput={({ currentTarget: { value } }) => {
              text.value = value === "" ? date : `${date}T${value}`;
            }}
          />
        </label>
      </div>
      <Hint id={hintId} text={props.hint ?? words.hint} wrong={wrong} />
    </div>
  );
}
