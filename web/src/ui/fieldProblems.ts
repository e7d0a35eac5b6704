import { texts } from "../i18n/index.ts";
import { blamedFields } from "../net/problem.ts";
import type { Problem } from "../net/problem.ts";
import { wordsOf } from "./feedback.tsx";

export interface FieldHint {
  readonly hint: string;
  readonly wrong: boolean;
}

const sentence = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

/** Hints for the fields of a form: the server's refusal of the value, and the rule, which is always shown. */
export function fieldHints(refused: Problem | null): (field: string, rule?: string) => Partial<FieldHint> {
  const blamed = refused === null ? new Set<string>() : blamedFields(refused);
  return (field, rule = "") => {
    const wrong = blamed.has(field);
    if (!wrong || refused === null) return rule === "" ? {} : { hint: rule, wrong };
    const { title, remedy } = wordsOf(refused);
    if (refused.code === "BODY_INVALID")
      return { hint: sentence([texts.value.problems.valueInvalid, rule]), wrong };
    return { hint: sentence([title, rule === "" ? (remedy ?? "") : rule]), wrong };
  };
}

/** Whether the form shows the problem beside its fields, so that it need not appear above them. */
export function isShownBeside(problem: Problem, fields: readonly string[]): boolean {
  const blamed = blamedFields(problem);
  return blamed.size > 0 && [...blamed].some((field) => fields.includes(field));
}
