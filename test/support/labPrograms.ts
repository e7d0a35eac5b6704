import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labLayout } from "../../lab/layout.ts";

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/**
 * Makes programs of the lab's Debian available in this folder, for PATH. They see the files of this machine and use the
 * libraries of the lab.
 */
export function labPrograms(folder: string, names: readonly string[]): void {
  const { root } = labLayout();
  const libraries = readdirSync(join(root, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  const loader = readdirSync(join(root, "usr/lib64")).find((name) => name.startsWith("ld-linux"));
  if (loader === undefined) throw new Error("The lab has no loader.");
  const path = libraries.map((name) => join(root, "usr/lib", name)).join(":");
  for (const name of names) {
    const run = [join(root, "usr/lib64", loader), "--library-path", path, join(root, "usr/bin", name)];
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nexec ${run.map(quoted).join(" ")} "$@"\n`);
    chmodSync(file, 0o755);
  }
}
