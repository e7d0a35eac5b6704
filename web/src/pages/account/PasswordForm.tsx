import { useSignal } from "@preact/signals";
import {
  passwordFault,
  passwordMaxLength,
  passwordMinLength,
} from "../../../../src/access/rules/password.ts";
import { api } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { changeSession } from "../../session.ts";
import { ProblemNotice, toast } from "../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../ui/fieldProblems.ts";
import { TextField } from "../../ui/TextField.tsx";

/** Uses the server's rules, so that a bad password is reported before it is sent. */
export function PasswordForm({ username }: { readonly username: string }) {
  const words = accessTexts.value.account;
  const current = useSignal("");
  const next = useSignal("");
  const shown = useSignal(false);
  const action = useAction();
  const refused = action.refused.value;
  const hints = fieldHints(refused);
  const fault = next.value === "" ? null : passwordFault(next.value, username);
  const limits = { n: passwordMinLength, max: passwordMaxLength };

  async function change(): Promise<void> {
    const given = { current: current.value, next: next.value };
    if (!(await action.run(() => changeSession(() => api.changePassword(given))))) return;
    current.value = "";
    next.value = "";
    shown.value = false;
    toast(words.changed);
  }

  return (
    <form
      class="card card-body form"
      aria-labelledby="password-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null) void change();
      }}
    >
      <h2 id="password-title">{words.password}</h2>
      <p class="muted">{words.passwordText}</p>
      {refused !== null && !isShownBeside(refused, ["current", "next"]) && (
        <ProblemNotice problem={refused} />
      )}
      {/* Tells the browser which user the saved password belongs to. */}
      <input type="text" hidden readOnly autocomplete="username" value={username} />
      <TextField
        label={words.current}
        text={current}
        required
        password={!shown.value}
        autocomplete="current-password"
        {...hints("current")}
      />
      <TextField
        label={words.next}
        text={next}
        required
        password={!shown.value}
        autocomplete="new-password"
        {...(fault === null
          ? hints("next", fill(words.nextHint, limits))
          : { hint: fill(words.faults[fault], limits), wrong: true })}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={shown.value}
          onChange={({ currentTarget }) => {
            shown.value = currentTarget.checked;
          }}
        />
        <span>{words.show}</span>
      </label>
      <div>
        <button
          class="button primary"
          disabled={action.busy.value || fault !== null || next.value === "" || current.value === ""}
        >
          {words.change}
        </button>
      </div>
    </form>
  );
}
