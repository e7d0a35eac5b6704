import { accessTexts } from "../../i18n/access.ts";
import { CopyField } from "../../ui/CopyField.tsx";

/** Shown once, after they have been made. */
export function RecoveryCodes(props: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const words = accessTexts.value.account;
  return (
    <div class="form" role="region" aria-labelledby="recovery-title">
      <h3 id="recovery-title">{words.recovery}</h3>
      <p>
        {words.recoveryText} {accessTexts.value.secret.once}
      </p>
      <ul class="codes">
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <CopyField label={words.recovery} value={props.codes.join(" ")} />
      <div>
        <button type="button" class="button primary" onClick={props.onDone}>
          {accessTexts.value.secret.done}
        </button>
      </div>
    </div>
  );
}
