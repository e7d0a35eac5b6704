import { numbersTexts } from "../../i18n/numbers.ts";
import { blamedFields } from "../../net/problem.ts";
import type { Problem } from "../../net/problem.ts";
import { wordsOf } from "../../ui/feedback.tsx";

type Field = keyof typeof numbersTexts.value.rules;

/** For each field, its rule, and what the server has refused about its value. `before` comes first. */
export function ruledBy(refused: Problem | null) {
  const blamed = refused === null ? new Set<string>() : blamedFields(refused);
  return (field: Field, before = ""): { readonly hint: string; readonly wrong: boolean } => {
    const wrong = blamed.has(field);
    const said = wrong && refused !== null && refused.code !== "BODY_INVALID" ? wordsOf(refused).title : "";
    const parts = [said, before, numbersTexts.value.rules[field]];
    return { hint: parts.filter((part) => part !== "").join(" "), wrong };
  };
}
