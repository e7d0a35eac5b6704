import { useId } from "preact/hooks";
import { fromLocalInput, toLocalInput } from "../format/localTime.ts";
import { texts } from "../i18n/index.ts";
import { DraftInput } from "./DraftInput.tsx";
import { Hint } from "./TextField.tsx";

/** Start and end in the viewer's time zone; both optional. */
export function TimeRange(props: {
  /** ISO 8601 in UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly onChange: (from: string | null, to: string | null) => void;
}) {
  const { common } = texts.value;
  const { from, to, onChange } = props;
  const hintId = useId();
  const isBackwards = from !== null && to !== null && to <= from;
  return (
    <>
      <label class="inline-field">
        <span>{common.from}</span>
        <DraftInput
          type="datetime-local"
          value={toLocalInput(from)}
          onTake={(text) => onChange(fromLocalInput(text), to)}
        />
      </label>
      <label class="inline-field">
        <span>{common.to}</span>
        <DraftInput
          type="datetime-local"
          value={toLocalInput(to)}
          onTake={(text) => onChange(from, fromLocalInput(text))}
          {...(isBackwards && { wrongBecause: hintId })}
        />
      </label>
      {isBackwards && <Hint id={hintId} text={common.endBeforeStart} wrong />}
    </>
  );
}
