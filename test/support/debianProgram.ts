import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { skipOrFail } from "./requirements.ts";

/**
 * For `before`: the path of a program from a package of Debian. A package that is not installed is only unpacked, for
 * the tests of this machine, because its installation might start a service.
 */
export function debianProgram(suite: Mocha.Context, program: string, packageName: string): string {
  suite.timeout(300_000);
  const installed = join("/usr/bin", program);
  if (existsSync(installed)) return installed;
  const folder = join(homedir(), ".cache/phone-proxy/programs", packageName);
  const unpacked = join(folder, installed);
  if (existsSync(unpacked)) return unpacked;
  mkdirSync(folder, { recursive: true });
  const run = (command: string, ...values: string[]): boolean =>
    spawnSync(command, values, { cwd: folder, stdio: "ignore" }).status === 0;
  const downloads = (): boolean => run("apt-get", "download", packageName);
  if (downloads() || (run("apt-get", "update") && downloads()))
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb")))
      run("dpkg-deb", "-x", file, ".");
  if (existsSync(unpacked)) return unpacked;
  return skipOrFail(suite, `there is no ${program}, and apt-get cannot download ${packageName}`);
}
