import { accessTexts } from "../i18n/access.ts";
import { CopyField } from "./CopyField.tsx";

/** A secret that the server returns only once. It stays visible until confirmed; no key closes it. */
export function OnceShown(props: {
  readonly title: string;
  readonly text: string;
  readonly value: string;
  readonly onDone: () => void;
}) {
  const words = accessTexts.value.secret;
  return (
    <section class="card card-body once" aria-labelledby="once-title">
      <h2 id="once-title">{props.title}</h2>
      <p>
        {props.text} {words.once}
      </p>
      <CopyField label={props.title} value={props.value} takesFocus />
      <div>
        <button type="button" class="button" onClick={props.onDone}>
          {words.done}
        </button>
      </div>
    </section>
  );
}
