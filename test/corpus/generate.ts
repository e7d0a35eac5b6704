import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { textFiles } from "./textFiles.ts";
import { workbookFiles } from "./workbookFiles.ts";

/**
 * Writes the generated files of the corpus, byte for byte the same each time:
 * `node --import tsx test/corpus/generate.ts`. The expected results are beside them, written by hand.
 */
const folder = join(import.meta.dirname, "files");
await mkdir(folder, { recursive: true });
for (const [name, content] of Object.entries({ ...textFiles, ...workbookFiles })) {
  await writeFile(join(folder, name), content);
}
