import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const scripts = fileURLToPath(new URL("../../scripts/build", import.meta.url));

describe("npm start", () => {
  it("runs the compiled application only if it was built from this source", () => {
    const folder = mkdtempSync(join(tmpdir(), "phone-proxy-start-"));
    try {
      cpSync(scripts, join(folder, "scripts/build"), { recursive: true });
      for (const name of ["src/ops", "config", "dist"]) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, "src/main.ts"), "export {};\n");
      const choice = (): string =>
        execFileSync(process.execPath, [join(folder, "scripts/build/startArguments.mjs")], {
          encoding: "utf8",
        }).trim();
      const hash = (): string =>
        execFileSync(
          process.execPath,
          [
            "--input-type=module",
            "-e",
            "import('./scripts/build/source.mjs').then((source) => console.log(source.hashOfSource()))",
          ],
          { cwd: folder, encoding: "utf8" },
        );
      const source = "--import tsx src/main.ts";
      expect(choice()).to.equal(source);
      writeFileSync(join(folder, "dist/source.sha256"), hash());
      expect(choice()).to.equal("dist/src/main.js");
      writeFileSync(join(folder, "src/ops/added.ts"), "");
      expect(choice(), "after a file was added").to.equal(source);
      rmSync(join(folder, "src/ops/added.ts"));
      expect(choice()).to.equal("dist/src/main.js");
      writeFileSync(join(folder, "src/main.ts"), "export const changed = 1;\n");
      expect(choice(), "after a change").to.equal(source);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
