import { computed, effect, signal } from "@preact/signals";
import { remembered } from "../remembered.ts";
import type { Counted } from "./counted.ts";
import { en } from "./en.ts";
import { fill } from "./fill.ts";
import type { Messages } from "./en.ts";
import { ru } from "./ru.ts";

export type Language = "en" | "ru";

const dictionaries: Readonly<Record<Language, Messages>> = { en, ru };

const stored = remembered("language");

/** The user's choice, otherwise the first of the browser's languages that is available. */
function initialLanguage(): Language {
  const chosen = stored.read();
  if (chosen === "en" || chosen === "ru") return chosen;
  for (const wish of navigator.languages) {
    if (wish.startsWith("ru")) return "ru";
    if (wish.startsWith("en")) return "en";
  }
  return "en";
}

export const language = signal<Language>(initialLanguage());

/** The texts in the current language. A component that reads them is rendered again when the language changes. */
export const texts = computed<Messages>(() => dictionaries[language.value]);

/** The browser's own variant of the language, which has the date format of the user's country. */
export const locale = computed<string>(
  () => navigator.languages.find((wish) => wish.startsWith(language.value)) ?? language.value,
);

export function chooseLanguage(next: Language): void {
  stored.write(next);
  language.value = next;
}

effect(() => {
  document.documentElement.lang = language.value;
});

export { fill };

const pluralRules = computed(() => new Intl.PluralRules(language.value));
const numbers = computed(() => new Intl.NumberFormat(language.value));

/** `n` with the matching plural form. */
export function counted(forms: Counted, n: number): string {
  const rule = pluralRules.value.select(n);
  const form = (rule === "zero" || rule === "two" ? undefined : forms[rule]) ?? forms.other;
  return fill(form, { n: numbers.value.format(n) });
}

export function formatCount(n: number): string {
  return numbers.value.format(n);
}
