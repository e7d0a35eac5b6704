/** What `npm run build` compiles, as one hash. Plain JavaScript without dependencies, like all that runs before npm start. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = [
  "config",
  "migrations",
  "ormconfig.ts",
  "package-lock.json",
  "src",
  "tsconfig.build.json",
  "tsconfig.json",
];

/** The file beside compiled files that says which source they were built from. */
export const stampName = "source.sha256";

export function hashOfSource() {
  const hash = createHash("sha256");
  for (const name of sources)
    for (const file of filesOf(name))
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(root, file)))
        .update("\0");
  return hash.digest("hex");
}

function filesOf(name) {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}
