import { rmSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { makePrivateFolder } from "../../src/ops/privateFiles.ts";
import { labLayout } from "../layout.ts";

/** A folder for SIPp, with its path outside and inside the lab's root folder. */
export interface SippFolder {
  readonly host: string;
  readonly inside: string;
  /** Deletes the folder and its contents. */
  remove(): void;
}

export const makeSippFolder = (): SippFolder => {
  const inside = `/var/tmp/sipp/${randomUUID()}`;
  const host = join(labLayout().root, inside);
  // Scripts and traces contain phone numbers.
  makePrivateFolder(host);
  return { host, inside, remove: () => rmSync(host, { recursive: true, force: true }) };
};

/**
 * The command that runs the lab's SIPp. Paths in its arguments are those inside the root folder. The kernel ends it
 * when we end, even by SIGKILL, because a provider left behind would hold the trunk's address.
 */
export const sippCommand = (folder: SippFolder, args: readonly string[]): string[] => [
  "setpriv",
  "--pdeathsig",
  "KILL",
  "chroot",
  labLayout().root,
  "/usr/bin/env",
  `--chdir=${folder.inside}`,
  "TERM=dumb",
  "/usr/bin/sipp",
  ...args,
];
