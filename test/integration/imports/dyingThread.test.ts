import { expect } from "chai";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImports } from "../../../src/imports/job/createImports.ts";
import { createImportRunner } from "../../../src/imports/worker/runner.ts";
import { createRunnerThread } from "../../../src/imports/worker/thread.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { importOptions, importParts } from "../../support/importParts.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { numbersOn, range } from "../../support/numbers.ts";

const silent = { prepare: async () => undefined, announce: async () => undefined };

describe("An import that crashes its thread", function () {
  this.timeout(60_000);

  it("is reported to each new thread, with the number of crashes during it", async () => {
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
    const runner = createRunnerThread(
      { invalidations: silent, logger, clock: systemClock },
      {
        module: new URL("../../support/dyingRunner", import.meta.url),
        address: { kind: "sqlite", file: "" },
        directory: "",
        defaultCountry: "RU",
        timeZone: "UTC",
        node: "test",
      },
    );
    const ended = new Promise<number>((resolve) => runner.onEnd(resolve));
    runner.wake();
    // The thread does not keep the process alive.
    const alive = setInterval(() => undefined, 1000);
    expect(await ended).to.equal(7);
    clearInterval(alive);
    expect(errors).to.deep.equal(Array.from({ length: 3 }, () => "Import thread failed"));
    expect([...runner.live]).to.deep.equal([]);
    await runner.close();
  });

  forEachDatabase((open) => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "dying-"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    it("fails after the fourth crash, and can be undone", async () => {
      const { store } = await open();
      await numbersOn(store).pools.create({ name: "A", ranges: [range("79580000000", "79580000099")] });
      const text = "phone\n79030000001\n";
      const path = join(directory, `upload-${randomUUID()}`);
      await writeFile(path, text);
      const parts = importParts(store, directory);
      // Accepts the file, and ends before processing it.
      const first = createImportRunner(parts, importOptions);
      await first.close();
      const { id } = await createImports({ ...parts, runner: first, node: "test" }).create({
        path,
        name: "numbers.csv",
        bytes: text.length,
        hash: createHash("sha256").update(text).digest("hex"),
        choices: {},
        poolId: null,
        dryRun: false,
        idempotencyKey: null,
      });
      const runner = createImportRunner(parts, { ...importOptions, crashes: new Map([[id, 3]]) });
      const imports = createImports({ ...parts, runner, node: "test" });
      const given = await imports.settled(id, 20_000);
      expect(given).to.deep.include({ state: "failed", failure: { code: "READER_FAILED", afterRow: null } });
      expect(given.counts.created).to.equal(0);
      expect(await readdir(directory)).to.deep.equal([]);
      await imports.undo(id);
      expect((await imports.settled(id, 20_000)).state).to.equal("undone");
      await runner.close();
    });
  });
});
