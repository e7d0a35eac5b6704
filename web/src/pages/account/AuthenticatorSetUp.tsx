import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { TotpSecret } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { texts } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../ui/fieldProblems.ts";
import { TextField } from "../../ui/TextField.tsx";
import { QrCode } from "./QrCode.tsx";

/** The secret, to scan or type. It takes effect once a valid code has been entered. */
export function AuthenticatorSetUp(props: {
  readonly secret: TotpSecret;
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
  readonly onCancel: () => void;
}) {
  const { secret, onConfirmed, onCancel } = props;
  const words = accessTexts.value.account;
  const code = useSignal("");
  const action = useAction();
  const refused = action.refused.value;

  async function confirm(): Promise<void> {
    const digits = code.value.replaceAll(/\s/g, "");
    let codes: readonly string[] = [];
    const done = await action.run(async () => {
      ({ codes } = await api.confirmTotp({ code: digits }));
    });
    if (done) onConfirmed(codes);
  }

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <p>{words.scan}</p>
      <QrCode text={secret.uri} label={words.qr} />
      <div class="field">
        <span>{words.key}</span>
        <CopyField label={words.copyKey} value={secret.secret} />
      </div>
      <p>
        <a href={secret.uri}>{words.openApp}</a>
      </p>
      {refused !== null && !isShownBeside(refused, ["code"]) && <ProblemNotice problem={refused} />}
      <TextField
        label={words.code}
        text={code}
        required
        digits
        autocomplete="one-time-code"
        {...fieldHints(refused)("code", words.codeHint)}
      />
      <div class="toolbar">
        <button class="button primary" disabled={action.busy.value} aria-busy={action.busy.value}>
          {words.confirm}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {texts.value.common.cancel}
        </button>
      </div>
    </form>
  );
}
