import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const declared =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gmu;
const listed = /^export (?:type )?\{([^}]*)\}/gmu;
const imported = /(?:import|export) (?:type )?(?:(\w+),? ?)?(\{[^}]*\}|\*(?: as \w+)?)? ?from "(\.[^"]+)"/gu;
const importedLater = /import\("(\.[^"]+)"\)/gu;

/** Names in braces, without `type`, as they are called on that side of an `as`. */
function namesIn(braces: string, side: "exported" | "imported"): readonly string[] {
  return braces
    .replaceAll(/[{}]/gu, "")
    .split(",")
    .map((one) => one.trim().replace(/^type /u, ""))
    .flatMap((one) => (one === "" ? [] : [one.split(" as ").at(side === "exported" ? -1 : 0) ?? one]));
}

/** Exports that no other file imports, as `file: name`. */
function unusedExports(texts: ReadonlyMap<string, string>): readonly string[] {
  const used = new Map<string, Set<string>>();
  const use = (from: string, path: string, names: readonly string[]): void => {
    const file = normalize(join(dirname(from), path));
    const there = used.get(file) ?? new Set();
    for (const name of names) there.add(name);
    used.set(file, there);
  };
  for (const [file, text] of texts) {
    for (const [, byDefault, names, path = ""] of text.matchAll(imported)) {
      if (byDefault !== undefined) use(file, path, ["default"]);
      use(file, path, names?.startsWith("{") ? namesIn(names, "imported") : ["*"]);
    }
    for (const [, path = ""] of text.matchAll(importedLater)) use(file, path, ["*"]);
  }
  return [...texts].flatMap(([file, text]) => {
    const there = used.get(file) ?? new Set();
    const names = [
      ...Array.from(text.matchAll(declared), ([, name = ""]) => name),
      ...Array.from(text.matchAll(listed), ([, braces = ""]) => namesIn(braces, "exported")).flat(),
    ];
    return there.has("*") ? [] : names.filter((name) => !there.has(name)).map((name) => `${file}: ${name}`);
  });
}

/** Everything that ships, except generated code, which describes a whole interface. */
const checked = /^(?:src|config|web\/src)\//u;
const exempt = ["src/ari/generated/", "web/src/api/client.ts"];

function sources(): ReadonlyMap<string, string> {
  const { stdout } = spawnSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return new Map(
    stdout
      .split("\n")
      .filter((file) => file !== "")
      .flatMap((file) => {
        try {
          return [[file, readFileSync(join(root, file), "utf8")] as const];
        } catch {
          // Removed and not committed yet.
          return [];
        }
      }),
  );
}

describe("Exports", () => {
  it("are used by another file", function () {
    const texts = sources();
    if (texts.size === 0) this.skip();
    expect(
      unusedExports(texts).filter((one) => checked.test(one) && !exempt.some((path) => one.startsWith(path))),
    ).to.deep.equal([]);
  });

  it("that are not used are found, however they are written", () => {
    const planted = new Map([
      [
        "src/a.ts",
        "export const one = 1;\nexport interface Two {}\nexport { three as four };\nexport class Five {}\n",
      ],
      ["src/b.ts", 'import { one, type Five } from "./a.ts";\nexport type { Two } from "./a.ts";\n'],
      ["src/c.ts", 'import * as all from "./d.ts";\n'],
      ["src/d.ts", "export function six() {}\n"],
    ]);
    expect(unusedExports(planted)).to.deep.equal(["src/a.ts: four", "src/b.ts: Two"]);
  });
});
