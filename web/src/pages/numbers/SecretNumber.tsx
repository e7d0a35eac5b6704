import { useSignal } from "@preact/signals";
import { formatPhone } from "../../format/phone.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { fill } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { may } from "../../session.ts";
import { Phone } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";

/** Masked by the server: the rest cannot be called or copied. */
export const isMasked = (number: string): boolean => number.includes("•");

/** A real number in words; null: erased. */
export const realInWords = (number: string | null): string =>
  number === null ? numbersTexts.value.erased : formatPhone(number);

/**
 * A real number, masked by the server for viewers without access. Viewers who may reveal it can request it here,
 * which the server writes to the audit log.
 */
export function SecretNumber(props: {
  /** null: erased. */
  readonly number: string | null;
  readonly reveal: () => Promise<{ readonly realNumber: string }>;
}) {
  const words = numbersTexts.value;
  const revealed = useSignal<string | null>(null);
  const action = useAction();
  const number = revealed.value ?? props.number;
  if (number === null) return <span class="muted">{words.erased}</span>;
  const offered = isMasked(number) && may.value("numbers.reveal");
  return (
    <>
      <span aria-live="polite">
        {isMasked(number) ? (
          <span class="number" title={words.masked}>
            {number}
          </span>
        ) : (
          <Phone number={number} />
        )}
      </span>
      {offered && (
        // As narrow as it can be: lists have a column of these.
        <button
          type="button"
          class="button small icon-only quiet"
          disabled={action.busy.value}
          title={words.revealText}
          aria-label={fill(words.revealOne, { number })}
          onClick={() =>
            void action.run(async () => {
              revealed.value = (await props.reveal()).realNumber;
            })
          }
        >
          <Icon name="reveal" size={16} />
        </button>
      )}
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
    </>
  );
}
