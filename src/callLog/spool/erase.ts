import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { errorCode } from "../errors.ts";
import type { SpoolFolder } from "./folder.ts";

/** How many lines of the spool show the number. */
export async function countLines(folder: SpoolFolder, trace: NumberTrace): Promise<number> {
  let lines = 0;
  for (const name of await folder.lineFiles()) {
    const text = await readFile(join(folder.path, name), "utf8").catch((error: unknown) => {
      // Its records have reached the database.
      if (errorCode(error) === "ENOENT") return "";
      throw error;
    });
    lines += linesWith(text, trace).length;
  }
  return lines;
}

/** Removes the lines with the number that the database will never have. */
export async function eraseAside(folder: SpoolFolder, trace: NumberTrace): Promise<void> {
  for (const file of ["corrupt.lines", "rejected.lines"] as const)
    await folder.rewriteAside(file, (text) => withoutLines(text, trace));
}

const linesWith = (text: string, { isIn }: NumberTrace): readonly string[] =>
  text.split("\n").filter((line) => isIn(line));

/** Also for the lines that Asterisk wrote. */
export const withoutLines = (text: string, { isIn }: NumberTrace): string =>
  text
    .split("\n")
    .filter((line) => !isIn(line))
    .join("\n");
