/**
 * `npm run build:deb`: builds `build/phone-proxy_VERSION_ARCHITECTURE.deb` with the compiled application, its production
 * dependencies, pages, documents, units, and configuration. Needs dpkg-deb. The architecture is that of this machine,
 * because one dependency (libsql) is a native library.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const build = join(root, "build");
const tree = join(build, "deb");
const { version: release, description } = readJson("package.json");
const { packages } = readJson("package-lock.json");

const text = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: "utf8" }).trim();
const run = (program, ...args) => execFileSync(program, args, { cwd: root, stdio: ["ignore", 2, 2] });

// Files for everyone to read, whatever the caller's umask is.
process.umask(0o022);
rmSync(tree, { recursive: true, force: true });
const library = join(tree, "usr/lib/phone-proxy");
run("npx", "tsc", "-p", "tsconfig.build.json", "--outDir", join(library, "dist"), "--sourceMap", "false");
run("npm", "run", "build:web");

put("web/dist", "usr/lib/phone-proxy/web/dist");
put("package.json", "usr/lib/phone-proxy/package.json");
for (const [path, { dev, devOptional }] of Object.entries(packages)) {
  if (!path.startsWith("node_modules/") || dev === true || devOptional === true) continue;
  // Those of other platforms are not installed. One inside another package comes with it.
  if (!path.includes("/node_modules/")) put(path, join("usr/lib/phone-proxy", path), { optional: true });
}
for (const folder of ["asterisk", "deploy"]) put(folder, `usr/share/phone-proxy/${folder}`);
put("docs", "usr/share/doc/phone-proxy");
put("CHANGELOG.md", "usr/share/doc/phone-proxy/CHANGELOG.md");
put("deploy/debian/copyright", "usr/share/doc/phone-proxy/copyright");
put("deploy/debian/phone-proxy", "usr/bin/phone-proxy", { mode: 0o755 });
put("deploy/debian/settings.env", "etc/phone-proxy/settings.env");
for (const unit of ["phone-proxy.service", "phone-proxy-migrate.service"])
  put(`deploy/systemd/${unit}`, `usr/lib/systemd/system/${unit}`);
for (const unit of ["phone-proxy-backup.service", "phone-proxy-backup.timer"])
  put(`deploy/backup/${unit}`, `usr/lib/systemd/system/${unit}`);
for (const script of ["postinst", "prerm", "postrm"])
  put(`deploy/debian/${script}`, `DEBIAN/${script}`, { mode: 0o755 });

const version = process.env["DEB_VERSION"] ?? `${release}${commitSuffix()}`;
const architecture = text("dpkg", "--print-architecture");
const kilobytes = text("du", "-sk", "--apparent-size", tree).split("\t")[0];
writeFileSync(join(tree, "DEBIAN/conffiles"), "/etc/phone-proxy/settings.env\n");
writeFileSync(
  join(tree, "DEBIAN/control"),
  `${[
    "Package: phone-proxy",
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    "Maintainer: phone-proxy <root@localhost>",
    `Installed-Size: ${kilobytes}`,
    "Depends: nodejs (>= 20.19), adduser, init-system-helpers",
    "Recommends: age, asterisk, logrotate",
    "Suggests: default-mysql-client, nginx, nftables, redis-server",
    "Section: comm",
    "Priority: optional",
    `Description: ${description.split(":")[0]}`,
    ` ${description}`,
  ].join("\n")}\n`,
);
const file = join(build, `phone-proxy_${version}_${architecture}.deb`);
run("dpkg-deb", "--root-owner-group", "-Zzstd", "--build", tree, file);
rmSync(tree, { recursive: true });
console.log(file);

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}

function put(from, to, { mode, optional = false } = {}) {
  const target = join(tree, to);
  mkdirSync(dirname(target), { recursive: true });
  try {
    cpSync(join(root, from), target, { recursive: true });
  } catch (error) {
    if (!optional || error.code !== "ENOENT") throw error;
    return;
  }
  if (mode !== undefined) chmodSync(target, mode);
}

/** Orders packages by their commits; empty outside a clone. */
function commitSuffix() {
  try {
    return `+${text("git", "log", "-1", "--format=%cd.%h", "--date=format:%Y%m%d%H%M%S")}`;
  } catch {
    return "";
  }
}
