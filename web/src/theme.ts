import { computed, effect, signal } from "@preact/signals";
import { remembered } from "./remembered.ts";

type Theme = "light" | "dark";

const stored = remembered("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = signal<Theme>(dark.matches ? "dark" : "light");
dark.addEventListener("change", ({ matches }) => {
  systemTheme.value = matches ? "dark" : "light";
});

function initialChoice(): Theme | null {
  const value = stored.read();
  return value === "light" || value === "dark" ? value : null;
}

const choice = signal<Theme | null>(initialChoice());

/** The user's choice, otherwise that of the system. */
export const theme = computed<Theme>(() => choice.value ?? systemTheme.value);

export function chooseTheme(next: Theme): void {
  stored.write(next);
  choice.value = next;
}

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
