import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Lints only these files with the project's rules; returns the linter's output. */
function lint(files: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly output: string;
} {
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
      [join(root, "node_modules/oxlint/bin/oxlint"), "--deny-warnings", "src"],
      { cwd: folder, encoding: "utf8" },
    );
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const some = "export interface Some {\n  readonly some: string;\n}\n";
const uses = (from: string): string =>
  `import type { Some } from "${from}";\n\nexport const nameOf = ({ some }: Some): string => some;\n`;

describe("The lint rules of the code layout", function () {
  this.timeout(30_000);

  it("allow imports in the right direction", () => {
    const { status, output } = lint({
      "src/values/some.ts": some,
      "src/numbers/lookup/some.ts": uses("../../values/some.ts"),
      "src/calls/decision/decide.ts": some,
      "src/calls/dial/machine/call.ts": uses("../../decision/decide.ts"),
      "src/live/liveCall.ts": uses("../values/some.ts"),
      "src/app/calls.ts": uses("../calls/dial/machine/call.ts"),
    });
    expect(status, output).to.equal(0);
  });

  const wrong: Readonly<Record<string, readonly [string, string]>> = {
    "values import a feature": ["src/values/a.ts", "../numbers/some.ts"],
    "calls import numbers": ["src/calls/a.ts", "../numbers/some.ts"],
    "the call log imports calls": ["src/callLog/database/a.ts", "../../calls/some.ts"],
    "live imports calls": ["src/live/a.ts", "../calls/types.ts"],
    "one way of connecting calls imports the other": ["src/calls/dial/a.ts", "../bridge/some.ts"],
    "numbers import imports": ["src/numbers/mappings/a.ts", "../../imports/some.ts"],
    "the store imports a feature": ["src/store/a.ts", "../access/some.ts"],
    "ARI imports values": ["src/ari/a.ts", "../values/some.ts"],
    "a feature imports the wiring": ["src/http/system/a.ts", "../../app/some.ts"],
    "a feature imports the settings": ["src/live/a.ts", "../../config/some.ts"],
    "a machine imports the rest of its folder": ["src/calls/dial/machine/a.ts", "../some.ts"],
    "a machine imports the rest of its feature": ["src/calls/dial/machine/a.ts", "../../some.ts"],
    "the decision imports a way of connecting calls": ["src/calls/decision/a.ts", "../dial/machine/some.ts"],
    "a pure folder imports the clock": ["src/access/rules/a.ts", "../../ops/some.ts"],
    "the rules of the call log import the database": ["src/callLog/rules/a.ts", "../database/some.ts"],
    "a pure folder imports a Node module": ["src/imports/rows/a.ts", "node:fs"],
    "a pure folder imports a package": ["src/numbers/pools/rules/a.ts", "koa"],
  };
  for (const [name, [file, from]] of Object.entries(wrong)) {
    it(`reject it when ${name}, even for a type only`, () => {
      const { status, output } = lint({ [file]: uses(from) });
      expect(status, output).not.to.equal(0);
      expect(output).to.include("no-restricted-imports");
    });
  }

  it("reject a clock, a timer, and randomness in pure code", () => {
    for (const expression of ["Date.now()", "Math.random()", "setTimeout(Boolean, 1)", "process.uptime()"]) {
      for (const folder of ["values", "callLog/rules"]) {
        const { status, output } = lint({
          [`src/${folder}/a.ts`]: `export const value = (): unknown => ${expression};\n`,
        });
        expect(status, `${folder}, ${expression}: ${output}`).not.to.equal(0);
        expect(output).to.include("no-restricted");
      }
    }
  });

  it("reject a cycle of types", () => {
    const { status, output } = lint({
      "src/values/a.ts":
        'import type { B } from "./b.ts";\n\nexport interface A {\n  readonly b: B | null;\n}\n',
      "src/values/b.ts":
        'import type { A } from "./a.ts";\n\nexport interface B {\n  readonly a: A | null;\n}\n',
    });
    expect(status, output).not.to.equal(0);
    expect(output).to.include("no-cycle");
  });
});
