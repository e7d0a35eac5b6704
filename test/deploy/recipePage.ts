import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const recipes = readFileSync(fileURLToPath(new URL("../../docs/recipes.md", import.meta.url)), "utf8");
/** The code blocks of one recipe in one language, as written there. */
export const blocksOf = (recipe: string, language: string): readonly string[] => {
  const text = recipes.split(/^## /mu).find((one) => one.startsWith(recipe)) ?? "";
  return Array.from(
    text.matchAll(new RegExp(`^ *\`\`\`${language}\n(?<code>.*?)^ *\`\`\``, "gmsu")),
    ({ groups }) => (groups?.["code"] ?? "").replaceAll(/^ {3}/gmu, ""),
  );
};
