import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Mapping, NewMapping, Pool } from "../../api/client.ts";
import { fromExpiryInput } from "../../format/expiry.ts";
import { fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { blamedFields } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ExpiryField } from "../../ui/ExpiryField.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { ruledBy } from "./fieldRules.ts";

/** Where the proxy number comes from: the default pool, the pool with this ID, or a given number. */
const given = "given";

/** One number by hand. */
export function AddNumberDialog(props: {
  readonly onAdded: (added: Mapping) => void;
  readonly onClose: () => void;
}) {
  const words = texts.value.numbers;
  const own = numbersTexts.value;
  const pools = useResource<readonly Pool[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
  ).state.value.value;
  const realNumber = useSignal("");
  const from = useSignal("");
  const proxyNumber = useSignal("");
  const label = useSignal("");
  const reference = useSignal("");
  const expiresAt = useSignal("");
  const action = useAction();
  const refused = action.refused.value;
  const ruled = ruledBy(refused);
  const optional = (name: "label" | "reference", text: string): Partial<NewMapping> =>
    text.trim() === "" ? {} : { [name]: text.trim() };

  async function add(): Promise<void> {
    const expiry = fromExpiryInput(expiresAt.value);
    const pool = Number(from.value);
    await action.run(async () => {
      const added = await api.addMapping({
        realNumber: realNumber.value.trim(),
        ...(from.value === given && { proxyNumber: proxyNumber.value.trim() }),
        ...(pool > 0 && { pool }),
        ...optional("label", label.value),
        ...optional("reference", reference.value),
        ...(expiry !== null && { expiresAt: expiry }),
      });
      props.onAdded(added);
    });
  }

  return (
    <Dialog title={own.add.title} onClose={props.onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {refused !== null && blamedFields(refused).size === 0 && <ProblemNotice problem={refused} />}
        <TextField label={words.real} text={realNumber} required {...ruled("realNumber")} />
        <label class="field">
          <span>{words.proxy}</span>
          <select
            class="input"
            value={from.value}
            onChange={({ currentTarget }) => {
              from.value = currentTarget.value;
            }}
          >
            <option value="">{own.add.anyNumber}</option>
            {(pools ?? [])
              .filter(({ enabled, isDefault }) => enabled && !isDefault)
              .map(({ id, name, counts }) => (
                <option key={id} value={String(id)}>
                  {fill(own.add.fromPool, { name, free: formatCount(counts.free) })}
                </option>
              ))}
            <option value={given}>{own.add.given}</option>
          </select>
        </label>
        {from.value === given && (
          <TextField label={own.add.givenNumber} text={proxyNumber} required {...ruled("proxyNumber")} />
        )}
        <TextField label={words.label} text={label} {...ruled("label")} />
        <TextField label={words.reference} text={reference} {...ruled("reference")} />
        <ExpiryField label={words.expires} text={expiresAt} />
        {refused !== null && blamedFields(refused).has("expiresAt") && <ProblemNotice problem={refused} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={props.onClose}>
            {texts.value.common.cancel}
          </button>
          <button class="button primary" disabled={action.busy.value}>
            {own.add.button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
