import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf, longFolders, type TestPart, testParts } from "../support/testParts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("npm test", () => {
  it("runs every test but the long ones, each in one of its mocha runs", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(scripts["test"]).to.equal("exec node --import tsx test/run.ts");
    const written = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => name.slice(0, name.indexOf("/")));
    const run = [...Object.values(testParts), longFolders].flat();
    expect(run.filter((folder) => !folder.includes("/"))).to.have.members([...new Set(written)]);
    const inside = run.filter((folder) => folder.includes("/"));
    expect(inside).to.not.deep.equal([]);
    const all = (Object.keys(testParts) as TestPart[]).map(filesOf);
    for (const folder of inside) {
      expect(existsSync(join(root, "test", folder)), folder).to.equal(true);
      expect(all.filter((files) => files.includes(`test/${folder}/**/*.test.ts`))).to.have.length(1);
      expect(all.filter((files) => files.includes(`test/${folder}/**`))).to.have.length(1);
    }
  });
});
