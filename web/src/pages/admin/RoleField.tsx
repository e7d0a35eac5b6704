import { useId } from "preact/hooks";
import { roles } from "../../../../src/access/rules/rights.ts";
import type { Role } from "../../../../src/access/rules/rights.ts";
import { accessTexts } from "../../i18n/access.ts";
import { isRole, roleInWords } from "../../i18n/roleWords.ts";

/** A role with a description of its permissions. `role` may be a stored one that this version does not know. */
export function RoleField({
  role,
  onPick,
}: {
  readonly role: string;
  readonly onPick: (role: Role) => void;
}) {
  const words = accessTexts.value;
  const hintId = useId();
  return (
    <div class="hinted">
      <label class="field">
        <span>{words.users.role}</span>
        <select
          class="input"
          aria-describedby={hintId}
          value={role}
          onChange={({ currentTarget }) => {
            const picked = roles.find((one) => one === currentTarget.value);
            if (picked !== undefined) onPick(picked);
          }}
        >
          {!isRole(role) && <option value={role}>{role}</option>}
          {roles.map((one) => (
            <option key={one} value={one}>
              {words.roles[one]}
            </option>
          ))}
        </select>
      </label>
      <small id={hintId} class="muted">
        {roleInWords(role)}
      </small>
    </div>
  );
}
