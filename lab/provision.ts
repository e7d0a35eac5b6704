import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "../src/ops/privateFiles.ts";
import { LabUnavailableError } from "./errors.ts";
import type { LabLayout } from "./layout.ts";
import { steps, type Progress } from "./progress.ts";
import { endAll, type ProcessInfo } from "./strays.ts";
import { hasProgram, run } from "./run.ts";

/** Raised whenever the recipe below changes: a root folder made by another recipe is made anew. */
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
/** `mysql-server` and `odbc-mariadb` exclude each other; the `-core` packages do not. */
const DATABASE_PACKAGES = ["mysql-server-core", "mysql-client-core", "odbc-mariadb"];

/** Debian 12 carries no Asterisk; sid does. */
const SUITE = "sid";

/** Throws a LabUnavailableError that says in one sentence why this machine cannot have the lab. */
export const requireLabMachine = async (): Promise<void> => {
  if (process.platform !== "linux")
    throw new LabUnavailableError(`The lab needs Debian Linux, and this machine runs ${process.platform}.`);
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID=debian$/mu.test(release))
    throw new LabUnavailableError("The lab needs Debian, and /etc/os-release names another system.");
  if (process.getuid?.() !== 0)
    throw new LabUnavailableError(
      "The lab needs root, because its servers run in a root folder of their own.",
    );
};

export const isProvisioned = async (layout: LabLayout): Promise<boolean> =>
  (await readFile(join(layout.root, STAMP), "utf8").catch(() => "")).trim() === RECIPE_VERSION;

/** The Debian archive that this machine's own apt uses. */
const debianMirror = async (): Promise<string | null> => {
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
    // A fresh machine has no package lists yet, and only they tell whose archive a source is.
    await run(["apt-get", "update"]).catch(() => undefined);
    mirror = await debianMirror();
  }
  if (mirror === null)
    throw new LabUnavailableError(
      "The lab needs a Debian mirror, and apt on this machine knows none by http.",
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
 * Deletes a root folder, after ending what still runs in it. `installing` also ends programs that were given
 * a path in it: the children of an installation that was killed itself.
 */
const discard = async (folder: string, installing: boolean): Promise<void> => {
  const concerns = ({ root, args }: ProcessInfo): boolean =>
    root === folder || (installing && args.some((arg) => arg === folder || arg.startsWith(`${folder}/`)));
  await endAll(concerns);
  const mounts = (await readFile("/proc/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((point) => point.startsWith(`${folder}/`));
  // Deleting through a mounted /proc or /dev would reach the machine itself.
  for (const point of mounts.toReversed()) await run(["umount", "--lazy", point]);
  await rm(folder, { recursive: true, force: true });
};

/**
 * Makes the private root folder, once per machine and recipe. It is built under another name and renamed
 * when complete, so a root folder that exists under its name is whole. Downloaded packages are kept until
 * then: an interrupted run starts again without downloading again.
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
        "Clear what an interrupted installation left",
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
        "Install Asterisk, Redis and SIPp into the lab's root folder",
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
          // Asterisk looks its own host name up for every SDP; where that fails each call waits 16 seconds.
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
