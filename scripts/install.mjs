/**
 * Run by npm before `start`, `demo`, `lab`, `bench`, and `test`: installs the dependencies if they are missing or
 * differ from package-lock.json, so that a fresh clone needs no other command. Plain JavaScript without dependencies,
 * because none may be installed yet. Prints only to standard error, because standard output belongs to the command.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../", import.meta.url);
const { engines } = readJson("package.json");
const { packages } = readJson("package-lock.json");

const oldest = engines.node.replace(/^>=/, "");
if (compare(process.versions.node, oldest) < 0)
  fail(`Node ${oldest} or later is needed; this is Node ${process.versions.node}.`);

if (!allInstalled()) {
  console.error("Installing the dependencies (npm ci) ...");
  const npm = process.env["npm_execpath"];
  const [program, args] = npm === undefined ? ["npm", ["ci"]] : [process.execPath, [npm, "ci"]];
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(`The dependencies could not be installed${error ? `: ${error.message}` : "."}`);
}

/** npm records in node_modules what it has installed. */
function allInstalled() {
  if (!existsSync(new URL("node_modules/.package-lock.json", folder))) return false;
  const { packages: installed } = readJson("node_modules/.package-lock.json");
  // The application itself does not need the development dependencies.
  const withoutDevelopment = process.env["npm_lifecycle_event"] === "prestart";
  return Object.entries(packages).every(
    ([path, { version, dev, optional, devOptional }]) =>
      path === "" ||
      optional === true ||
      devOptional === true ||
      (dev === true && withoutDevelopment) ||
      installed[path]?.version === version,
  );
}

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

function compare(one, other) {
  return one.localeCompare(other, "en", { numeric: true });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
