import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { errorCode } from "../errors.ts";
import type { SpoolFolder } from "./folder.ts";

/** How many lines of the spool show the number. */
export async function countLines(folder: SpoolFolder, trace: NumberTrace): Promise<number> {
  let lines = 0;
  for (const name of await folder.lineFiles())
    lines += linesWith(await textOf(join(folder.path, name)), trace).length;
  return lines;
}

/** Removes the lines with the number that the database will never have. */
export async function eraseAside(folder: SpoolFolder, trace: NumberTrace): Promise<void> {
  for (const file of ["corrupt.lines", "rejected.lines"] as const)
    await folder.rewriteAside(file, (text) => withoutLines(text, trace));
}

/** The text of a file with lines; none if it is gone, because its lines have reached the database. */
export async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  });
}

/** This and the next one are also for the lines that Asterisk wrote. */
export const linesWith = (text: string, { isIn }: NumberTrace): readonly string[] =>
  text.split("\n").filter((line) => isIn(line));

export const withoutLines = (text: string, { isIn }: NumberTrace): string =>
  text
    .split("\n")
    .filter((line) => !isIn(line))
    .join("\n");
