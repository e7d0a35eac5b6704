import { expect } from "chai";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

interface Listed {
  readonly tests: readonly { readonly file: string }[];
}

describe("npm test", function suite() {
  this.timeout(60_000);

  it("runs every test in a single mocha run", async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const [program, ...patterns] = (scripts["test"] ?? "").split(" ").map((word) => word.replaceAll('"', ""));
    expect(program).to.equal("mocha");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [mocha, "--dry-run", "--reporter", "json", ...patterns],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
    );
    const { tests } = JSON.parse(stdout.slice(stdout.indexOf("{\n"))) as Listed;
    const run = new Set(tests.map(({ file }) => relative(root, file)));
    const written = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join("test", name));
    expect([...run].sort()).to.deep.equal(written.sort());
  });
});
