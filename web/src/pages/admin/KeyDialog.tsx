import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { keyScopes } from "../../../../src/access/rules/rights.ts";
import { api } from "../../api/client.ts";
import type { CreatedApiKey, NewApiKey } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { texts } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { TextField, TimeField } from "../../ui/TextField.tsx";
import { expiries, expiryOf } from "./keyExpiry.ts";
import type { Expiry } from "./keyExpiry.ts";

type Scope = NewApiKey["scopes"][number];

const isScope = (permission: (typeof keyScopes)[number]): permission is Scope =>
  !permission.startsWith("access.");

function Scopes({ chosen }: { readonly chosen: Signal<ReadonlySet<Scope>> }) {
  const words = accessTexts.value;
  return (
    <fieldset class="choices">
      <legend>
        {words.keys.scopes}
        {chosen.value.size === 0 && ` – ${words.keys.noScope}`}
      </legend>
      {keyScopes.filter(isScope).map((scope) => (
        <label key={scope} class="choice">
          <input
            type="checkbox"
            value={scope}
            checked={chosen.value.has(scope)}
            onChange={({ currentTarget }) => {
              const others = [...chosen.value].filter((one) => one !== scope);
              chosen.value = new Set(currentTarget.checked ? [...others, scope] : others);
            }}
          />
          <span>{words.scopes[scope]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A key with a name, scopes, and an expiry. Keeps the input until the server has accepted it. */
export function KeyDialog(props: {
  readonly onMade: (made: CreatedApiKey) => void;
  readonly onClose: () => void;
}) {
  const { onMade, onClose } = props;
  const words = accessTexts.value.keys;
  const name = useSignal("");
  const scopes = useSignal<ReadonlySet<Scope>>(new Set());
  const expiry = useSignal<Expiry>("d90");
  const until = useSignal("");
  const action = useAction();

  const make = (): Promise<boolean> =>
    action.run(async () => {
      const expiresAt = expiryOf(expiry.value, until.value, new Date());
      onMade(await api.createApiKey({ name: name.value, scopes: [...scopes.value], expiresAt }));
    });

  return (
    <Dialog title={words.createTitle} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
        <TextField label={words.name} text={name} required autocomplete="off" hint={words.nameHint} />
        <Scopes chosen={scopes} />
        <label class="field">
          <span>{words.expiry}</span>
          <select
            class="input"
            value={expiry.value}
            onChange={({ currentTarget }) => {
              expiry.value = expiries.find((one) => one === currentTarget.value) ?? expiry.value;
            }}
          >
            {expiries.map((one) => (
              <option key={one} value={one}>
                {words.expiries[one]}
              </option>
            ))}
          </select>
        </label>
        {expiry.value === "date" && <TimeField label={words.until} text={until} required />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button class="button primary" disabled={action.busy.value || scopes.value.size === 0}>
            {words.make}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
