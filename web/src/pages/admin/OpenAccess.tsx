import { accessTexts } from "../../i18n/access.ts";
import { CopyField } from "../../ui/CopyField.tsx";

/** Without sign-in there is nothing to administer. Explains how to enable it. */
export function OpenAccess() {
  const words = accessTexts.value.open;
  const [set, ...then] = words.steps;
  return (
    <section class="card card-body form intro" aria-labelledby="open-title">
      <h2 id="open-title">{words.title}</h2>
      <p>{words.text}</p>
      <ol class="steps">
        <li>
          {set}
          <CopyField label={words.copy} value="ACCESS=required" />
        </li>
        {then.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}
