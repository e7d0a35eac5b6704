import { rmSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { makePrivateFolder } from "../../src/ops/privateFiles.ts";
import { labLayout } from "../layout.ts";

/** A folder for SIPp: one path for us, another for a program inside the lab's root folder. */
export interface SippFolder {
  readonly host: string;
  readonly inside: string;
  /** Deletes it with all that is in it. */
  remove(): void;
}

export const makeSippFolder = (): SippFolder => {
  const inside = `/var/tmp/sipp/${randomUUID()}`;
  const host = join(labLayout().root, inside);
  // Scripts and traces of calls have phone numbers in them.
  makePrivateFolder(host);
  return { host, inside, remove: () => rmSync(host, { recursive: true, force: true }) };
};

/**
 * The command that runs the lab's SIPp; paths among the arguments are as seen from inside. The kernel ends it
 * with us, even when we are killed: a provider left behind would hold the trunk's address.
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
