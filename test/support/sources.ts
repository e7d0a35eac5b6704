import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A pattern that most files must not contain, and what to use instead. */
export type Reserved = readonly [pattern: RegExp, instead: string];

const root = join(import.meta.dirname, "../..");

/** Every file of `src`, by its path from the root of the project. */
export async function sourceFiles(): Promise<readonly { readonly file: string; readonly source: string }[]> {
  const names = (await readdir(join(root, "src"), { recursive: true })).filter((name) =>
    name.endsWith(".ts"),
  );
  if (names.length < 100) throw new Error("These are not all files of src.");
  return Promise.all(
    names.sort().map(async (name) => {
      const file = join("src", name);
      return { file, source: await readFile(join(root, file), "utf8") };
    }),
  );
}

/** What a source contains of these patterns, outside comments. */
export function offencesIn(source: string, reserved: readonly Reserved[]): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
  return reserved.flatMap(([pattern, instead]) => {
    const found = pattern.exec(code)?.[0];
    return found === undefined ? [] : [`${found}: use ${instead}`];
  });
}
