import { recordSources } from "../../values/callRecord.ts";
import type { Assignments } from "../../store/dialect.ts";
import { recordColumns } from "../rules/columns.ts";

type Sides = Parameters<Assignments[string]>[2];

/** `merged` of `merge.ts` in SQL: the new value of each column of an existing row. */
export const mergedColumns: Assignments = Object.fromEntries(
  recordColumns.flatMap(({ name, rule, kind }) =>
    rule === "key" ? [] : [[name, rule === "end" ? end : kind === "code" ? code : fact] as const],
  ),
);

function end(there: string, incoming: string, sides: Sides): string {
  return `CASE WHEN ${knowsTheEndBetter(sides)} THEN ${incoming} ELSE ${there} END`;
}

/** Empty text counts as no value. */
function code(there: string, incoming: string, sides: Sides): string {
  return facts(there, incoming, sides, (one, other) => `COALESCE(NULLIF(${one}, ''), ${other})`);
}

function fact(there: string, incoming: string, sides: Sides): string {
  return facts(there, incoming, sides, (one, other) => `COALESCE(${one}, ${other})`);
}

function facts(
  there: string,
  incoming: string,
  sides: Sides,
  first: (one: string, other: string) => string,
): string {
  return `CASE
    WHEN ${isGuess(sides.there)} AND NOT ${isGuess(sides.incoming)} THEN ${incoming}
    WHEN ${isGuess(sides.there)} AND ${knowsTheEndBetter(sides)} THEN ${first(incoming, there)}
    WHEN ${isGuess(sides.there)} THEN ${first(there, incoming)}
    WHEN ${isGuess(sides.incoming)} THEN ${there}
    WHEN ${sides.there("node")} IS NULL AND ${sides.incoming("node")} IS NOT NULL THEN ${first(incoming, there)}
    ELSE ${first(there, incoming)} END`;
}

const knowsTheEndBetter = ({ there, incoming }: Sides): string =>
  `(${incoming("source")} > ${there("source")} OR (${incoming("source")} = ${there("source")} AND (
    ${incoming("ended_at")} > ${there("ended_at")} OR
    (${incoming("ended_at")} = ${there("ended_at")} AND ${incoming("call_status")} <> 'handed_back' AND ${there("call_status")} = 'handed_back'))))`;

const isGuess = (side: Sides["there"]): string =>
  `(${side("source")} = ${recordSources.inferred} AND ${side("node")} IS NULL)`;
