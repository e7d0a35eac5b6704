import { formatPhone } from "../../format/phone.ts";
import { fill, formatCount } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { ProblemNotice } from "../../ui/feedback.tsx";
import type { FieldHint } from "../../ui/fieldProblems.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function rangeOf(value: unknown): string {
  if (!isRecord(value)) return "";
  return `${formatPhone(String(value["first"]))} – ${formatPhone(String(value["last"]))}`;
}

function conflictInWords(conflict: unknown): string {
  if (!isRecord(conflict)) return "";
  const words = numbersTexts.value.pool.conflict;
  const range = rangeOf(conflict["range"]);
  switch (conflict["kind"]) {
    case "pool":
      return fill(words.pool, {
        range,
        with: rangeOf(conflict["with"]),
        pool: String(conflict["pool"]),
      });
    case "same_request":
      return fill(words.same_request, { range, with: rangeOf(conflict["with"]) });
    default:
      return fill(words.real_number, { range, number: formatPhone(String(conflict["realNumber"])) });
  }
}

/** The submitted value of a field, named like `numbers.3` or `ranges.0.first`. */
function valueAt(sent: unknown, path: string): string | null {
  let here = sent;
  for (const name of path.split(".")) here = isRecord(here) ? here[name] : undefined;
  return typeof here === "string" ? here : null;
}

/** Entered text that is not a phone number. */
export function wrongTexts({ members }: Problem, sent: unknown): readonly string[] {
  return listOf(members["errors"]).flatMap((error) => {
    const path = isRecord(error) ? error["field"] : null;
    const value = typeof path === "string" ? valueAt(sent, path) : null;
    return value === null ? [] : [value];
  });
}

function namedBy(problem: Problem, sent: unknown): readonly string[] {
  const words = numbersTexts.value.pool;
  const { members } = problem;
  const wrong = wrongTexts(problem, sent).map((text) => fill(words.wrong, { text }));
  const { used, quarantined } = members;
  return [
    ...listOf(members["numbers"]).map((number) => formatPhone(String(number))),
    ...listOf(members["conflicts"]).map(conflictInWords),
    ...wrong,
    ...(typeof used === "number" && typeof quarantined === "number"
      ? [fill(words.used, { used: formatCount(used), quarantined: formatCount(quarantined) })]
      : []),
  ];
}

/** An error with its conflicts. `sent`: the request body. */
export function InTheWay({ problem, sent }: { readonly problem: Problem; readonly sent: unknown }) {
  const named = namedBy(problem, sent);
  return (
    <>
      <ProblemNotice problem={problem} />
      {named.length > 0 && (
        <div class="in-the-way">
          <p class="muted">{numbersTexts.value.pool.inTheWay}</p>
          <ul class="number">
            {named.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** The rule of a list of numbers, or the entries that are not numbers. */
export function singlesHint(
  singles: readonly string[],
  wrong: ReadonlySet<string>,
  rule: string = numbersTexts.value.pool.singlesHint,
): FieldHint {
  const words = numbersTexts.value.pool;
  const found = singles.filter((text) => wrong.has(text)).map((text) => fill(words.wrong, { text }));
  return found.length === 0
    ? { hint: rule, wrong: false }
    : { hint: [...found, rule].join(" "), wrong: true };
}
