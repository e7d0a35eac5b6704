import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { roles } from "../../../../src/access/rules/rights.ts";
import type { Role } from "../../../../src/access/rules/rights.ts";
import { accessTexts } from "../../i18n/access.ts";

/** A role with a description of its permissions. */
export function RoleField({ role }: { readonly role: Signal<Role> }) {
  const words = accessTexts.value;
  const hintId = useId();
  return (
    <div class="hinted">
      <label class="field">
        <span>{words.users.role}</span>
        <select
          class="input"
          aria-describedby={hintId}
          value={role.value}
          onChange={({ currentTarget }) => {
            role.value = roles.find((one) => one === currentTarget.value) ?? role.value;
          }}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {words.roles[one]}
            </option>
          ))}
        </select>
      </label>
      <small id={hintId} class="muted">
        {words.rolesSay[role.value]}
      </small>
    </div>
  );
}
