import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { longFolders, testParts } from "../support/testParts.ts";

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
    expect(run).to.have.members([...new Set(written)]);
  });
});
