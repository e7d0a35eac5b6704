import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool, PoolPatch } from "../../api/client.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { CallerIdField, callerIdOf, draftOf } from "../../ui/CallerIdField.tsx";
import { useAction } from "../../net/action.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { InTheWay } from "./InTheWay.tsx";
import { daysOf, restOf, restUnits, secondsOf } from "./rest.ts";

/** Sends only the changes, so that two users who edit different fields do not overwrite each other. */
export function PoolSettingsDialog(props: {
  readonly pool: Pool;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { pool, onDone, onClose } = props;
  const words = texts.value.pools;
  const all = numbersTexts.value;
  const own = all.pool;
  const rest = restOf(pool.quarantineSeconds);
  const name = useSignal(pool.name);
  const label = useSignal(pool.label ?? "");
  const country = useSignal(pool.country ?? "");
  const amount = useSignal(String(rest.amount));
  const unit = useSignal(rest.unit);
  const warning = useSignal(String(pool.forecast.warningDays));
  const policy = draftOf(pool.callerId);
  const callerId = { kind: useSignal<string>(policy.kind), number: useSignal(policy.number) };
  const shownCallerId = callerIdOf(policy.kind, policy.number);

  const seconds = secondsOf(amount.value, unit.value);
  const warningDays = daysOf(warning.value);
  const touched = amount.value !== String(rest.amount) || unit.value !== rest.unit;
  const chosenCallerId = callerIdOf(callerId.kind.value, callerId.number.value);
  const change: PoolPatch = {
    ...(name.value.trim() !== pool.name && { name: name.value.trim() }),
    ...(label.value.trim() !== (pool.label ?? "") && { label: label.value.trim() || null }),
    ...(country.value.trim().toUpperCase() !== (pool.country ?? "") && {
      country: country.value.trim().toUpperCase() || null,
    }),
    ...(touched && seconds !== null && { quarantineSeconds: seconds }),
    ...(warningDays !== null && warningDays !== pool.forecast.warningDays && { warningDays }),
    ...(chosenCallerId !== shownCallerId && { callerId: chosenCallerId }),
  };

  const action = useAction();
  const hints = fieldHints(action.refused.value);
  return (
    <FormDialog
      title={fill(own.settingsTitle, { name: pool.name })}
      label={own.save}
      ready={seconds !== null && warningDays !== null && Object.keys(change).length > 0}
      work={() => api.changePool(String(pool.id), change)}
      onDone={onDone}
      onClose={onClose}
      explain={(problem) => <InTheWay problem={problem} sent={change} />}
      action={action}
      fields={["name", "label", "country", "callerId", "quarantineSeconds", "warningDays"]}
    >
      <TextField label={words.name} text={name} required longest={100} {...hints("name", own.nameRule)} />
      <TextField label={own.label} text={label} {...hints("label", all.rules.label)} />
      <TextField label={own.country} text={country} longest={2} {...hints("country", own.countryHint)} />
      <CallerIdField
        draft={callerId}
        none={all.callerId.trunk}
        rule={hints("callerId", all.rules.realNumber)}
      />
      <div class="pair">
        <TextField
          label={own.quarantine}
          text={amount}
          required
          {...(seconds === null
            ? { wrong: true, hint: own.quarantineRule }
            : hints("quarantineSeconds", own.quarantineRule))}
        />
        <label class="field">
          <span>{own.quarantineUnit}</span>
          <select
            class="input"
            value={unit.value}
            onChange={({ currentTarget }) => {
              unit.value = restUnits.find((one) => one === currentTarget.value) ?? unit.value;
            }}
          >
            {restUnits.map((one) => (
              <option key={one} value={one}>
                {own.units[one]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <TextField
        label={own.warning}
        text={warning}
        required
        digits
        {...(warningDays === null
          ? { wrong: true, hint: own.warningRule }
          : hints("warningDays", own.warningRule))}
      />
    </FormDialog>
  );
}
