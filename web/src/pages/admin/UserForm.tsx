import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { User, UserPatch } from "../../api/client.ts";
import type { Role } from "../../../../src/access/rules/rights.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { ProblemNotice, toast } from "../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../ui/fieldProblems.ts";
import { TextField } from "../../ui/TextField.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { RoleField } from "./RoleField.tsx";

/** Sends only the changes, so that two administrators who edit different fields do not overwrite each other. */
export function UserForm(props: {
  readonly user: User;
  /** Administrators who remove their own permission cannot restore it. */
  readonly own: boolean;
  readonly onSaved: () => void;
}) {
  const { user, own, onSaved } = props;
  const words = accessTexts.value.users;
  const displayName = useSignal(user.displayName);
  /** null: the stored one. */
  const role = useSignal<Role | null>(null);
  const action = useAction();
  const refused = action.refused.value;
  const name = displayName.value.trim();
  const change: UserPatch = {
    ...(name !== "" && name !== user.displayName && { displayName: name }),
    ...(role.value !== null && role.value !== user.role && { role: role.value }),
  };

  useUnsaved(change.displayName !== undefined);

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
      {refused !== null && !isShownBeside(refused, ["displayName"]) && <ProblemNotice problem={refused} />}
      <TextField
        label={words.displayName}
        text={displayName}
        required
        autocomplete="off"
        longest={100}
        {...fieldHints(refused)("displayName", words.longestName)}
      />
      {own ? (
        <p class="muted">{words.ownRole}</p>
      ) : (
        <RoleField role={role.value ?? user.role} onPick={(picked) => (role.value = picked)} />
      )}
      {change.role !== undefined && <p class="muted">{words.roleEnds}</p>}
      <div>
        <button
          class="button primary"
          disabled={action.busy.value || Object.keys(change).length === 0}
          aria-busy={action.busy.value}
        >
          {words.save}
        </button>
      </div>
    </form>
  );
}
