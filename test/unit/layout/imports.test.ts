import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Of each file, the rules that it breaks. */
type Broken = ReadonlyMap<string, ReadonlySet<string>>;

/** Lints only these files with the project's rules. */
function lint(files: Readonly<Record<string, string>>): Broken {
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-lint-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
      copyFileSync(join(root, name), join(folder, name));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules/oxlint/bin/oxlint"), "--deny-warnings", "--format", "json", "src"],
      { cwd: folder, encoding: "utf8" },
    );
    const found: readonly { readonly filename: string; readonly code: string }[] =
      JSON.parse(stdout).diagnostics;
    expect(status, stdout + stderr).to.equal(found.length > 0 ? 1 : 0);
    const broken = new Map<string, Set<string>>();
    for (const { filename, code } of found)
      broken.set(filename, (broken.get(filename) ?? new Set()).add(/\((.*)\)/.exec(code)?.[1] ?? code));
    return broken;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const some = "export interface Some {\n  readonly some: string;\n}\n";
const uses = (from: string): string =>
  `import type { Some } from "${from}";\n\nexport const nameOf = ({ some }: Some): string => some;\n`;

describe("The lint rules of the code layout", function () {
  this.timeout(60_000);

  const right: Readonly<Record<string, string>> = {
    "src/values/some.ts": some,
    "src/numbers/lookup/some.ts": uses("../../values/some.ts"),
    "src/calls/decision/decide.ts": some,
    "src/calls/dial/machine/call.ts": uses("../../decision/decide.ts"),
    "src/live/liveCall.ts": uses("../values/some.ts"),
    "src/app/calls.ts": uses("../calls/dial/machine/call.ts"),
  };
  /** Folder, and what a file in it imports. */
  const wrong: Readonly<Record<string, readonly [folder: string, from: string]>> = {
    "values import a feature": ["src/values", "../numbers/some.ts"],
    "calls import numbers": ["src/calls", "../numbers/some.ts"],
    "the call log imports calls": ["src/callLog/database", "../../calls/some.ts"],
    "live imports calls": ["src/live", "../calls/types.ts"],
    "one way of connecting calls imports the other": ["src/calls/dial", "../bridge/some.ts"],
    "numbers import imports": ["src/numbers/mappings", "../../imports/some.ts"],
    "the store imports a feature": ["src/store", "../access/some.ts"],
    "ARI imports values": ["src/ari", "../values/some.ts"],
    "a feature imports the wiring": ["src/http/system", "../../app/some.ts"],
    "a feature imports the settings": ["src/live", "../../config/some.ts"],
    "a machine imports the rest of its folder": ["src/calls/dial/machine", "../some.ts"],
    "a machine imports the rest of its feature": ["src/calls/dial/machine", "../../some.ts"],
    "the decision imports a way of connecting calls": ["src/calls/decision", "../dial/machine/some.ts"],
    "a pure folder imports the clock": ["src/access/rules", "../../ops/some.ts"],
    "the rules of the call log import the database": ["src/callLog/rules", "../database/some.ts"],
    "a pure folder imports a Node module": ["src/imports/rows", "node:fs"],
    "a pure folder imports a package": ["src/numbers/pools/rules", "koa"],
  };
  const impure = ["Date.now()", "Math.random()", "setTimeout(Boolean, 1)", "process.uptime()"];
  const pureFolders = ["values", "callLog/rules"];

  const wrongFile = (name: string): string =>
    `${wrong[name]?.[0]}/wrong${Object.keys(wrong).indexOf(name)}.ts`;
  const impureFile = (folder: string, expression: string): string =>
    `src/${folder}/impure${impure.indexOf(expression)}.ts`;

  /** The linter takes longer to start than to read these files: one run judges them all. */
  let broken: Broken;
  before(() => {
    const files: Record<string, string> = { ...right };
    for (const [name, [, from]] of Object.entries(wrong)) files[wrongFile(name)] = uses(from);
    for (const expression of impure)
      for (const folder of pureFolders)
        files[impureFile(folder, expression)] = `export const value = (): unknown => ${expression};\n`;
    files["src/values/a.ts"] =
      'import type { B } from "./b.ts";\n\nexport interface A {\n  readonly b: B | null;\n}\n';
    files["src/values/b.ts"] =
      'import type { A } from "./a.ts";\n\nexport interface B {\n  readonly a: A | null;\n}\n';
    broken = lint(files);
  });

  it("allow imports in the right direction", () => {
    for (const file of Object.keys(right)) expect(broken.get(file), file).to.equal(undefined);
  });

  for (const name of Object.keys(wrong)) {
    it(`reject it when ${name}, even for a type only`, () => {
      expect(broken.get(wrongFile(name))).to.include("no-restricted-imports");
    });
  }

  it("reject a clock, a timer, and randomness in pure code", () => {
    for (const expression of impure)
      for (const folder of pureFolders) {
        const rules = broken.get(impureFile(folder, expression));
        expect([...(rules ?? [])].join(), `${folder}, ${expression}`).to.include("no-restricted");
      }
  });

  it("reject a cycle of types", () => {
    expect([...(broken.get("src/values/a.ts") ?? []), ...(broken.get("src/values/b.ts") ?? [])]).to.include(
      "no-cycle",
    );
  });
});
