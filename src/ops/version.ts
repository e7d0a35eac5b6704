import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The running version from `package.json`, which is one folder higher in the compiled `dist`. */
export function readVersion(): string {
  const file = ["../../package.json", "../../../package.json"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  const description: unknown = file === undefined ? null : JSON.parse(readFileSync(file, "utf8"));
  const version: unknown =
    typeof description === "object" && description !== null ? Reflect.get(description, "version") : null;
  return typeof version === "string" ? version : "unknown";
}
