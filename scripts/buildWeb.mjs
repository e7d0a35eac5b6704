/**
 * Run by npm before `start` and `demo`: builds the web pages if they are missing or older than their sources, which
 * takes a second. Does nothing without the development dependencies: pages built elsewhere are served unchanged, and
 * without any pages, the front page says what to do.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../", import.meta.url);
const vite = new URL("node_modules/vite/bin/vite.js", folder);
const built = new URL("web/dist/index.html", folder);

/** Sources of the pages, including texts and types shared with the server. */
const sources = ["web/index.html", "web/vite.config.ts", "web/public", "web/src", "src", "package-lock.json"];

if (existsSync(vite) && existsSync(new URL("web/index.html", folder)) && !upToDate()) {
  console.error("Building the web pages ...");
  const { status, error } = spawnSync(
    process.execPath,
    [fileURLToPath(vite), "build", "web", "--logLevel", "warn"],
    { cwd: folder, stdio: ["ignore", 2, 2] },
  );
  // Calls do not need the pages, so the application starts anyway.
  if (status !== 0) console.error(`The web pages could not be built${error ? `: ${error.message}` : "."}`);
}

function upToDate() {
  if (!existsSync(built)) return false;
  const builtAtMs = statSync(built).mtimeMs;
  return sources.every((name) => newestMs(new URL(name, folder)) <= builtAtMs);
}

function newestMs(url) {
  if (!existsSync(url)) return 0;
  const stat = statSync(url);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const path = fileURLToPath(url);
  return Math.max(
    0,
    ...readdirSync(path, { recursive: true, encoding: "utf8" }).map(
      (name) => statSync(`${path}/${name}`).mtimeMs,
    ),
  );
}
