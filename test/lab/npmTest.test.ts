import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runMocha } from "../support/mochaRun.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Listed {
  readonly tests: readonly { readonly file: string }[];
}

describe("npm test", function suite() {
  this.timeout(60_000);

  it("runs every test but the long ones in a single mocha run", async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const [program, ...patterns] = (scripts["test"] ?? "").split(" ").map((word) => word.replaceAll('"', ""));
    expect(program).to.equal("mocha");
    const { stdout } = await runMocha(["--dry-run", "--reporter", "json", ...patterns]);
    const { tests } = JSON.parse(stdout.slice(stdout.indexOf("{\n"))) as Listed;
    const run = new Set(tests.map(({ file }) => relative(root, file)));
    const written = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts") && !name.startsWith("long/"))
      .map((name) => join("test", name));
    expect([...run].sort()).to.deep.equal(written.sort());
  });
});
