import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createImportRunner } from "../../../src/imports/worker/runner.ts";
import { createImports } from "../../../src/imports/job/createImports.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { importOptions, importParts } from "../../support/importParts.ts";
import { numbersOn, range } from "../../support/numbers.ts";
import { until } from "../../support/until.ts";

const rows = 25;
const batchRows = 10;

describe("An import during calls", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("pauses after each batch for the required time, then continues", async () => {
      const { store } = await open();
      const directory = await mkdtemp(join(tmpdir(), "gives-way-"));
      const resting: (() => void)[] = [];
      let rests = 0;
      const giveWay = (): Promise<void> => {
        rests += 1;
        return new Promise((resolve) => resting.push(resolve));
      };
      const parts = { ...importParts(store, directory), batchRows, giveWay };
      const runner = createImportRunner(parts, importOptions);
      const imports = createImports({ store, runner, clock: systemClock, directory, node: "test" });
      const poolId = await numbersOn(store).pools.create({
        name: "A",
        ranges: [range("79580000000", "79580000099")],
      });
      const numbers = Array.from(
        { length: rows },
        (_, index) => `790300000${String(index).padStart(2, "0")}`,
      );
      const text = `phone\n${numbers.join("\n")}\n`;
      const path = join(directory, `upload-${randomUUID()}`);
      await writeFile(path, text);
      const { id } = await imports.create({
        path,
        name: "numbers.csv",
        bytes: (await stat(path)).size,
        hash: createHash("sha256").update(text).digest("hex"),
        choices: {},
        poolId,
        dryRun: false,
        idempotencyKey: null,
      });
      // The header counts as a row.
      for (const served of [9, 19, 25]) {
        await until(() => resting.length === 1);
        // Nothing is written during the pause.
        expect((await imports.get(id)).counts.created).to.equal(served);
        resting.pop()?.();
      }
      expect((await imports.settled(id, 20_000)).state).to.equal("done");
      expect(rests).to.equal(3);
      await runner.close();
      await rm(directory, { recursive: true, force: true });
    });
  });
});
