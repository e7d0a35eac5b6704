import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { User, UserChange } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { ProblemNotice, toast } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { RoleField } from "./RoleField.tsx";

/** Only what was changed is sent, so that two administrators who change different things do not undo each other. */
export function UserForm(props: {
  readonly user: User;
  /** Who takes the right to administer from himself cannot give it back. */
  readonly own: boolean;
  readonly onSaved: () => void;
}) {
  const { user, own, onSaved } = props;
  const words = accessTexts.value.users;
  const displayName = useSignal(user.displayName);
  const role = useSignal(user.role);
  const action = useAction();
  const name = displayName.value.trim();
  const change: UserChange = {
    ...(name !== "" && name !== user.displayName && { displayName: name }),
    ...(role.value !== user.role && { role: role.value }),
  };

  async function save(): Promise<void> {
    if (!(await action.run(() => api.changeUser(String(user.id), change)))) return;
    toast(words.saved);
    onSaved();
  }

  return (
    <form
      class="card card-body form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{words.edit}</h2>
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
      <TextField label={words.displayName} text={displayName} required autocomplete="off" />
      {own ? <p class="muted">{words.ownRole}</p> : <RoleField role={role} />}
      {change.role !== undefined && <p class="muted">{words.roleEnds}</p>}
      <div>
        <button class="button primary" disabled={action.busy.value || Object.keys(change).length === 0}>
          {words.save}
        </button>
      </div>
    </form>
  );
}
