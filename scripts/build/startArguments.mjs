/** Prints what `npm start` gives to Node: the compiled application if it was built from this source, otherwise the source. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOfSource, root, stampName } from "./source.mjs";

const stamp = join(root, "dist", stampName);
const isCurrent = existsSync(stamp) && readFileSync(stamp, "utf8").trim() === hashOfSource();
console.log(isCurrent ? "dist/src/main.js" : "--import tsx src/main.ts");
