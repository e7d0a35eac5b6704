import { number } from "../../store/row.ts";
import type { Column } from "../../store/row.ts";
import { outcomeGroups, statusesOf } from "../../values/outcomeGroups.ts";
import type { OutcomeGroup } from "../../values/outcomeGroups.ts";

/** The sum of no rows is null. */
export const sum: Column<number> = (value) => (value === null ? 0 : number(value));

/** The columns of `groupSums`. */
export const groupColumns: Readonly<Record<OutcomeGroup, Column<number>>> = {
  answered: sum,
  noAnswer: sum,
  busy: sum,
  cancelled: sum,
  failed: sum,
  refused: sum,
};
const listed = (groups: readonly OutcomeGroup[]): string =>
  groups
    .flatMap(statusesOf)
    .map((status) => `'${status}'`)
    .join(", ");

/** Statuses of a later version count as failed, as in the list of calls. */
const sumOfGroup = (group: OutcomeGroup, column: string): string => {
  const isOf =
    group === "failed"
      ? `status NOT IN (${listed(outcomeGroups.filter((one) => one !== "failed"))})`
      : `status IN (${listed([group])})`;
  return `SUM(CASE WHEN ${isOf} THEN calls ELSE 0 END) AS ${column}`;
};

/** The calls of each group, from rows of `call_stats`. */
export const groupSums = outcomeGroups
  .map((group) => sumOfGroup(group, group === "noAnswer" ? "no_answer" : group))
  .join(", ");
