import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianProgram } from "./debianProgram.ts";
import { labPrograms } from "./labPrograms.ts";

export type Vendor = "MySQL" | "MariaDB";

const namesOf = {
  MySQL: { dump: "mysqldump", load: "mysql" },
  MariaDB: { dump: "mariadb-dump", load: "mariadb" },
} as const satisfies Record<Vendor, object>;

/**
 * A folder for PATH that has the programs of one vendor: MySQL's are those of the lab, MariaDB's those of this machine's
 * Debian. They note how they were called.
 */
export class ClientPrograms {
  readonly folder: string;
  readonly #names: (typeof namesOf)[Vendor];

  constructor(folder: string, vendor: Vendor, mariaDb: MariaDbPrograms) {
    this.folder = folder;
    this.#names = namesOf[vendor];
    const real = join(folder, "real");
    mkdirSync(real, { recursive: true });
    if (vendor === "MySQL") labPrograms(real, Object.values(this.#names));
    else for (const [name, path] of Object.entries(mariaDb)) symlinkSync(path, join(real, name));
    symlinkSync("/usr/bin/tar", join(folder, "tar"));
    for (const name of Object.values(this.#names)) {
      const file = join(folder, name);
      writeFileSync(
        file,
        `#!/bin/sh
case $1 in
--defaults-file=*)
  printf '%s\n' "$@" >'${file}.arguments'
  /usr/bin/stat -c %a "\${1#*=}" >'${file}.mode'
  /bin/cp "\${1#*=}" '${file}.options'
esac
exec '${join(real, name)}' "$@"
`,
      );
      chmodSync(file, 0o755);
    }
  }

  /** The last call of the program: its arguments, and the options of its file. */
  called(work: keyof (typeof namesOf)[Vendor]): {
    readonly values: readonly string[];
    readonly options: string;
    readonly mode: string;
  } {
    const noted = (ending: string): string =>
      readFileSync(join(this.folder, `${this.#names[work]}.${ending}`), "utf8").trim();
    return { values: noted("arguments").split("\n"), options: noted("options"), mode: noted("mode") };
  }
}

interface MariaDbPrograms {
  readonly "mariadb-dump": string;
  readonly mariadb: string;
}

/** For `before`. */
export const mariaDbPrograms = (suite: Mocha.Context): MariaDbPrograms => ({
  "mariadb-dump": debianProgram(suite, "mariadb-dump", "mariadb-client"),
  mariadb: debianProgram(suite, "mariadb", "mariadb-client-core"),
});
