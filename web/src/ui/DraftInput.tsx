import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect } from "preact/hooks";

/** An input that commits its value when editing ends, not on every key. Redraws meanwhile do not affect the draft. */
export function DraftInput(props: {
  readonly type?: "text" | "datetime-local";
  readonly value: string;
  readonly onTake: (value: string) => void;
  readonly class?: string;
  readonly label?: string;
  readonly placeholder?: string;
  /** Accepts digits only. */
  readonly digits?: boolean;
  readonly maxLength?: number;
  /** The ID of the text about an error in the value. */
  readonly wrongBecause?: string;
  readonly list?: string;
}) {
  const { type = "text", value, onTake, label, placeholder, digits = false, maxLength, list } = props;
  const { wrongBecause } = props;
  const draft = useSignal(value);
  useEffect(() => {
    draft.value = value;
  }, [value]);
  const common = {
    class: `input ${props.class ?? ""}`,
    value: draft.value,
    onInput: ({ currentTarget }: TargetedEvent<HTMLInputElement>) => {
      if (digits) currentTarget.value = currentTarget.value.replaceAll(/\D/g, "");
      draft.value = currentTarget.value;
    },
    onChange: ({ currentTarget }: TargetedEvent<HTMLInputElement>) => onTake(currentTarget.value),
    ...(label !== undefined && { "aria-label": label }),
    ...(wrongBecause !== undefined && { "aria-invalid": true, "aria-describedby": wrongBecause }),
  };
  if (type === "datetime-local") return <input {...common} type="datetime-local" />;
  return (
    <input
      {...common}
      type="text"
      autocomplete="off"
      {...(placeholder !== undefined && { placeholder })}
      {...(digits && { inputMode: "numeric" as const })}
      {...(maxLength !== undefined && { maxLength })}
      {...(list !== undefined && { list })}
    />
  );
}
