import { auditActions } from "../../../../src/access/types.ts";
import { namedPeriods } from "../../format/periods.ts";
import { auditTexts } from "../../i18n/audit.ts";
import { texts } from "../../i18n/index.ts";
import { ChoiceFilter } from "../../ui/ChoiceFilter.tsx";
import { PeriodFilter } from "../../ui/PeriodFilter.tsx";
import { noFilter } from "./auditFilter.ts";
import type { AuditFilter } from "./auditFilter.ts";

/** Display names by user ID. */
export type UserNames = ReadonlyMap<number, string>;

export function AuditFilters(props: {
  readonly filter: AuditFilter;
  readonly users: UserNames;
  readonly onChange: (next: AuditFilter) => void;
}) {
  const { filter, users, onChange } = props;
  const words = auditTexts.value;
  const filtered = JSON.stringify(filter) !== JSON.stringify(noFilter);
  return (
    <div class="toolbar">
      <ChoiceFilter
        label={words.action}
        any={words.anyAction}
        values={auditActions}
        words={words.actions}
        value={filter.action}
        onChange={(action) => onChange({ ...filter, action })}
      />
      <select
        class="input"
        aria-label={words.user}
        value={filter.userId === null ? "" : String(filter.userId)}
        onChange={({ currentTarget }) =>
          onChange({ ...filter, userId: currentTarget.value === "" ? null : Number(currentTarget.value) })
        }
      >
        <option value="">{words.anyUser}</option>
        {[...users].map(([id, name]) => (
          <option key={id} value={String(id)}>
            {name}
          </option>
        ))}
      </select>
      <PeriodFilter
        label={words.period}
        value={filter}
        options={[
          ...namedPeriods.map((period) => ({ key: period, label: texts.value.common.periods[period] })),
          { key: "any", label: words.any },
          { key: "span", label: words.span },
        ]}
        custom="span"
        onChange={({ period, from, to }) => onChange({ ...filter, period, from, to })}
      />
      {filtered && (
        <button type="button" class="button quiet" onClick={() => onChange(noFilter)}>
          {texts.value.common.clearFilters}
        </button>
      )}
    </div>
  );
}
