import { existingChoices } from "../../../../src/imports/reading/types.ts";
import { counted } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { ReadingChoices } from "../../api/client.ts";
import type { ImportJob } from "./importApi.ts";

/** The choice for known numbers whose rows differ from what is stored. */
export function ExistingPart(props: {
  readonly job: ImportJob;
  readonly busy: boolean;
  readonly onChoose: (choices: ReadingChoices) => void;
}) {
  const { job, busy, onChoose } = props;
  const words = numbersTexts.value.import;
  const { counts } = job;
  const chosen = job.reading.choices.existing ?? "leave";
  if (counts.differing + counts.updated === 0) return null;
  return (
    <fieldset class="card card-body existing" disabled={busy} data-part="existing">
      <legend>{counted(words.differ, counts.differing + counts.updated)}</legend>
      {existingChoices.map((choice) => (
        <label key={choice}>
          <input
            type="radio"
            name="existing"
            value={choice}
            checked={chosen === choice}
            onChange={() => onChoose({ existing: choice })}
          />
          {words.existingChoices[choice]}
        </label>
      ))}
      <p class="muted">{words.existingHint}</p>
    </fieldset>
  );
}
