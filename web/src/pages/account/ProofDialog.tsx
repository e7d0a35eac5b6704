import { useSignal } from "@preact/signals";
import type { OwnershipProof } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** Asks for the password and, if an authenticator is active, its code. */
export function ProofDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly asksCode: boolean;
  readonly danger: boolean;
  readonly work: (proof: OwnershipProof) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { asksCode, work, ...dialog } = props;
  const words = accessTexts.value.account;
  const password = useSignal("");
  const code = useSignal("");
  const action = useAction();
  const hints = fieldHints(action.refused.value);
  return (
    <ConfirmDialog
      {...dialog}
      action={action}
      fields={asksCode ? ["password", "code"] : ["password"]}
      work={() =>
        work({
          password: password.value,
          ...(asksCode && { code: code.value.replaceAll(/\s/g, "") }),
        })
      }
    >
      <TextField
        label={words.current}
        text={password}
        required
        password
        autocomplete="current-password"
        {...hints("password")}
      />
      {asksCode && (
        <TextField
          label={words.activeCode}
          text={code}
          required
          autocomplete="one-time-code"
          {...hints("code", words.activeCodeHint)}
        />
      )}
    </ConfirmDialog>
  );
}
