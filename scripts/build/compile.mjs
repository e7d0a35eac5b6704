/**
 * `npm run build`: compiles into `dist`, or the folder after `--outDir`, and notes there which source it is, for `npm start`.
 */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hashOfSource, root, stampName } from "./source.mjs";

const at = process.argv.indexOf("--outDir");
const folder = resolve(root, at === -1 ? "dist" : (process.argv[at + 1] ?? "dist"));
const stamp = join(folder, stampName);
// Until it is complete, it is not the build of any source.
rmSync(stamp, { force: true });
const hash = hashOfSource();
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", folder], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(stamp, `${hash}\n`);
