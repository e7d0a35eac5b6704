import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "../src/ops/privateFiles.ts";
import { LabUnavailableError } from "./errors.ts";
import type { LabLayout } from "./layout.ts";
import { steps, type Progress } from "./progress.ts";
import { endAll, type ProcessInfo } from "./strays.ts";
import { hasProgram, run } from "./run.ts";

/** Increase it with every change below: a root folder made from another version is replaced. */
const RECIPE_VERSION = "1";
const STAMP = "etc/phone-proxy-lab-recipe";

const BASE_PACKAGES = [
  "asterisk",
  "asterisk-modules",
  "asterisk-config",
  "asterisk-core-sounds-en-gsm",
  "sip-tester",
  "redis-server",
  "unixodbc",
];
/** The `-core` packages, because `mysql-server` conflicts with `odbc-mariadb`. */
const DATABASE_PACKAGES = ["mysql-server-core", "mysql-client-core", "odbc-mariadb"];

/** Debian 12 has no Asterisk package, but sid has one. */
const SUITE = "sid";

/** Throws a LabUnavailableError if this machine cannot run the lab. */
export const requireLabMachine = async (): Promise<void> => {
  if (process.platform !== "linux")
    throw new LabUnavailableError(`The lab needs Debian Linux, but this machine runs ${process.platform}.`);
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID=debian$/mu.test(release))
    throw new LabUnavailableError("The lab needs Debian, but /etc/os-release names another system.");
  if (process.getuid?.() !== 0)
    throw new LabUnavailableError("The lab needs root, because its servers run in their own root folder.");
};

export const isProvisioned = async (layout: LabLayout): Promise<boolean> =>
  (await readFile(join(layout.root, STAMP), "utf8").catch(() => "")).trim() === RECIPE_VERSION;

/** The Debian mirror of this machine's apt. */
export const debianMirror = async (): Promise<string | null> => {
  const targets = await run([
    "apt-get",
    "indextargets",
    "--format",
    "$(REPO_URI)|$(LABEL)",
    "Created-By: Packages",
  ]);
  for (const target of targets.split("\n")) {
    const [uri, label] = target.split("|");
    if (label === "Debian" && uri !== undefined && /^https?:/u.test(uri)) return uri;
  }
  return null;
};

const findMirror = async (): Promise<string> => {
  let mirror = await debianMirror();
  if (mirror === null) {
    // A fresh machine has no package lists yet, which are the only way to tell whether a source is Debian's.
    await run(["apt-get", "update"]).catch(() => undefined);
    mirror = await debianMirror();
  }
  if (mirror === null)
    throw new LabUnavailableError(
      "The lab needs a Debian mirror, but apt on this machine has none with HTTP.",
    );
  return mirror;
};

const installDebootstrap = async (logFile: string): Promise<void> => {
  const install = ["apt-get", "install", "-y", "--no-install-recommends", "debootstrap"];
  try {
    await run(install, { logFile });
  } catch {
    await run(["apt-get", "update"], { logFile });
    await run(install, { logFile });
  }
};

/**
 * Ends all processes in a root folder and deletes it. `installing` also ends programs with a path in it among their
 * arguments: the children of an installation that was killed.
 */
const discard = async (folder: string, installing: boolean): Promise<void> => {
  const concerns = ({ root, args }: ProcessInfo): boolean =>
    root === folder || (installing && args.some((arg) => arg === folder || arg.startsWith(`${folder}/`)));
  await endAll(concerns);
  const mounts = (await readFile("/proc/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((point) => point.startsWith(`${folder}/`));
  // With /proc or /dev still mounted, deleting would reach the machine's own.
  for (const point of mounts.toReversed()) await run(["umount", "--lazy", point]);
  await rm(folder, { recursive: true, force: true });
};

/**
 * Creates the lab's root folder, once per machine and version. It is built under another name and renamed when
 * complete, so a root folder under its own name is never incomplete. Until then, downloaded packages are kept, so that
 * an interrupted installation does not download them again.
 */
export const provision = async (layout: LabLayout, progress: Progress): Promise<void> => {
  if (await isProvisioned(layout)) return;
  const building = join(layout.directory, "root.building");
  const packages = join(layout.directory, "packages");
  const logFile = join(layout.logs, "provision.log");
  makePrivateFolder(layout.logs);
  await mkdir(packages, { recursive: true });
  const inside = (...command: string[]): Promise<string> =>
    run(["chroot", building, ...command], { logFile });

  let mirror = "";
  try {
    await steps(progress, [
      [
        "Clear the remains of an interrupted installation",
        async () => {
          await discard(building, true);
          await discard(layout.root, false);
        },
      ],
      [
        "Find the Debian mirror and debootstrap",
        async () => {
          mirror = await findMirror();
          if (!(await hasProgram("debootstrap"))) await installDebootstrap(logFile);
        },
      ],
      [
        "Install Asterisk, Redis, and SIPp into the lab's root folder",
        async () => {
          await run(
            [
              "debootstrap",
              "--variant=minbase",
              `--cache-dir=${packages}`,
              `--include=${BASE_PACKAGES.join(",")}`,
              SUITE,
              building,
              mirror,
            ],
            { logFile },
          );
        },
      ],
      [
        "Install MySQL and its ODBC driver",
        async () => {
          await inside("apt-get", "install", "-y", "--no-install-recommends", ...DATABASE_PACKAGES);
          await inside("apt-get", "clean");
        },
      ],
      [
        "Prepare the root folder",
        async () => {
          await inside("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "mysql");
          // Asterisk resolves its own host name for every SDP. Where that fails, each call is delayed by 16 seconds.
          await copyFile("/etc/hosts", join(building, "etc/hosts"));
          await writeFile(join(building, STAMP), `${RECIPE_VERSION}\n`);
          await rename(building, layout.root);
          await rm(packages, { recursive: true, force: true });
        },
      ],
    ]);
  } catch (error) {
    if (error instanceof LabUnavailableError) throw error;
    throw new LabUnavailableError(
      `The lab could not be installed (${(error as Error).message.split("\n")[0]}); see ${logFile}.`,
      { cause: error },
    );
  }
};
