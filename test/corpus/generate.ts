import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { textFiles } from "./textFiles.ts";
import { workbookFiles } from "./workbookFiles.ts";

/**
 * Writes the files of the corpus that can be written by rule, byte for byte the same each time:
 * `node --import tsx test/corpus/generate.ts`. What they are expected to give stands beside them and is written
 * by hand.
 */
const folder = join(import.meta.dirname, "files");
await mkdir(folder, { recursive: true });
for (const [name, content] of Object.entries({ ...textFiles, ...workbookFiles })) {
  await writeFile(join(folder, name), content);
}
