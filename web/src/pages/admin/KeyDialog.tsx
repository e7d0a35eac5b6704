import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { keyScopes } from "../../../../src/access/rules/rights.ts";
import { api } from "../../api/client.ts";
import type { CreatedApiKey, NewApiKey } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
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
  const hints = fieldHints(action.refused.value);

  async function make(): Promise<void> {
    const expiresAt = expiryOf(expiry.value, until.value, new Date());
    onMade(await api.createApiKey({ name: name.value, scopes: [...scopes.value], expiresAt }));
  }

  return (
    <FormDialog
      title={words.createTitle}
      label={words.make}
      ready={scopes.value.size > 0}
      work={make}
      onClose={onClose}
      action={action}
      fields={["name", "expiresAt"]}
    >
      <TextField
        label={words.name}
        text={name}
        required
        autocomplete="off"
        longest={100}
        {...hints("name", words.nameHint)}
      />
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
      {expiry.value === "date" && (
        <TimeField label={words.until} text={until} required {...hints("expiresAt", words.untilHint)} />
      )}
    </FormDialog>
  );
}
