import { type CallRecord, recordSources } from "../../values/callRecord.ts";
import { recordColumns } from "./columns.ts";

/**
 * One record from two accounts of the same call. Neither the order nor repetitions matter, as long as no two
 * controllers contradict each other: then the facts of the first stay, and the later end wins. `upsert.ts` says the
 * same in SQL.
 */
export function merged(there: CallRecord, incoming: CallRecord): CallRecord {
  const better = knowsTheEndBetter(incoming, there);
  const [preferred, other] = accountsOfFacts(there, incoming, better);
  const record: Writable = { ...there };
  for (const { field, rule } of recordColumns) {
    if (rule === "end") copy(record, better ? incoming : there, field);
    else if (rule === "fact") copy(record, isEmpty(preferred[field]) ? other : preferred, field);
  }
  return record;
}

type Writable = { -readonly [Field in keyof CallRecord]: CallRecord[Field] };

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the value to its field
const copy = <Field extends keyof CallRecord>(to: Writable, from: CallRecord, field: Field): void => {
  to[field] = from[field];
};

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";

/**
 * Of two accounts of the same kind: the one that saw the call end later or, at the same time, did not hand it back.
 */
const knowsTheEndBetter = (one: CallRecord, other: CallRecord): boolean => {
  if (one.source !== other.source) return one.source > other.source;
  if (one.endedAtMs !== other.endedAtMs) return one.endedAtMs > other.endedAtMs;
  return one.status !== "handed_back" && other.status === "handed_back";
};

/**
 * A guess counts only while there is no other account. A handed-back call has a node, because the controller saw it.
 */
const isGuess = ({ source, node }: CallRecord): boolean => source === recordSources.inferred && node === "";

/** The facts of the first, completed with those of the second. */
function accountsOfFacts(
  there: CallRecord,
  incoming: CallRecord,
  better: boolean,
): readonly [CallRecord, CallRecord] {
  if (isGuess(there)) {
    if (!isGuess(incoming)) return [incoming, incoming];
    return better ? [incoming, there] : [there, incoming];
  }
  if (isGuess(incoming)) return [there, there];
  return there.node === "" && incoming.node !== "" ? [incoming, there] : [there, incoming];
}
