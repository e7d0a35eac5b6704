import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { fieldHints } from "../../ui/fieldProblems.ts";
import type { FieldHint } from "../../ui/fieldProblems.ts";

type Field = keyof typeof numbersTexts.value.rules;

/** For each field, its rule, and the server's refusal of its value. `before` comes first. */
export function ruledBy(refused: Problem | null) {
  const hints = fieldHints(refused);
  return (field: Field, before = ""): Partial<FieldHint> => {
    const rule = numbersTexts.value.rules[field];
    return hints(field, before === "" ? rule : `${before} ${rule}`);
  };
}
