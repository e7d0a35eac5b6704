import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
let known: readonly string[] | null = null;

/**
 * What `npm start` gives to Node, in any folder: the compiled application if it was built from this source, otherwise
 * the source. Read once, because it takes a hash of the source.
 */
export function startArguments(): readonly string[] {
  known ??= read();
  return known;
}

function read(): readonly string[] {
  const script = join(root, "scripts/build/startArguments.mjs");
  const printed = execFileSync(process.execPath, [script], { encoding: "utf8" }).trim();
  const file = join(root, printed.split(" ").at(-1) ?? "");
  if (!printed.startsWith("--import tsx ")) return [file];
  return ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href, file];
}
