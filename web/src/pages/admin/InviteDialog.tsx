import { useSignal } from "@preact/signals";
import type { Role } from "../../../../src/access/rules/rights.ts";
import { api } from "../../api/client.ts";
import type { CreatedUser } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { RoleField } from "./RoleField.tsx";

/** Keeps the input until the server has accepted it. */
export function InviteDialog(props: {
  readonly onMade: (made: CreatedUser) => void;
  readonly onClose: () => void;
}) {
  const { onMade, onClose } = props;
  const words = accessTexts.value.users;
  const username = useSignal("");
  const displayName = useSignal("");
  const role = useSignal<Role>("operator");
  const action = useAction();
  const hints = fieldHints(action.refused.value);

  async function invite(): Promise<void> {
    // Most users use one name for both, so it is asked once.
    const name = displayName.value.trim() || username.value.trim();
    onMade(await api.createUser({ username: username.value.trim(), displayName: name, role: role.value }));
  }

  return (
    <FormDialog
      title={words.inviteTitle}
      label={words.invite}
      work={invite}
      onClose={onClose}
      action={action}
      fields={["username", "displayName"]}
    >
      <TextField
        label={words.username}
        text={username}
        required
        autocomplete="off"
        longest={64}
        {...hints("username", words.usernameHint)}
      />
      <TextField
        label={words.displayName}
        text={displayName}
        autocomplete="off"
        longest={100}
        {...hints("displayName", words.displayNameHint)}
      />
      <RoleField role={role.value} onPick={(picked) => (role.value = picked)} />
    </FormDialog>
  );
}
