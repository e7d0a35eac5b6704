import type { Signal } from "@preact/signals";
import { numbersTexts } from "../i18n/numbers.ts";
import type { FieldHint } from "./fieldProblems.ts";
import { TextField } from "./TextField.tsx";

const kinds = ["proxy", "dialled", "caller", "anonymous", "fixed"] as const;
type Kind = (typeof kinds)[number] | "";
const fixedPrefix = "fixed:";

interface CallerIdDraft {
  readonly kind: Signal<string>;
  readonly number: Signal<string>;
}

/** From the API value; null: the policy of the pool or trunk. */
export function draftOf(callerId: string | null): { readonly kind: Kind; readonly number: string } {
  if (callerId?.startsWith(fixedPrefix) === true)
    return { kind: "fixed", number: `+${callerId.slice(fixedPrefix.length)}` };
  return { kind: kinds.find((one) => one === callerId) ?? "", number: "" };
}

export function callerIdOf(kind: string, number: string): string | null {
  if (kind === "") return null;
  return kind === "fixed" ? `${fixedPrefix}${number.trim()}` : kind;
}

/** The number shown to the callee. */
export function CallerIdField(props: {
  readonly draft: CallerIdDraft;
  readonly none: string;
  /** Of the number. */
  readonly rule?: Partial<FieldHint>;
}) {
  const { draft, none, rule } = props;
  const words = numbersTexts.value.callerId;
  const { kind, number } = draft;
  return (
    <>
      <label class="field">
        <span>{words.label}</span>
        <select
          class="input"
          value={kind.value}
          onChange={({ currentTarget }) => {
            kind.value = currentTarget.value;
          }}
        >
          <option value="">{none}</option>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {words[one]}
            </option>
          ))}
        </select>
      </label>
      {kind.value === "fixed" && <TextField label={words.number} text={number} required {...rule} />}
    </>
  );
}
