import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImportRunner } from "../../../src/imports/worker/runner.ts";
import { onSqliteInThreads } from "../../support/databases.ts";
import { importOptions, importParts } from "../../support/importParts.ts";

/** Large enough to take several turns. */
const text = `phone,name\n${"79001112233,Anna\n".repeat(1_000_000)}`;

describe("Looking at an uploaded file", function () {
  this.timeout(60_000);
  onSqliteInThreads((open) => {
    let directory: string;
    let path: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "inspection-"));
      path = join(directory, "upload");
      await writeFile(path, text);
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    it("ends when the client has left", async () => {
      const { store } = await open();
      const runner = createImportRunner(importParts(store, directory), importOptions);
      const client = new AbortController();
      const inspection = runner.inspect(path, {}, undefined, client.signal);
      client.abort(new Error("left"));
      expect(await inspection.catch((error: unknown) => error)).to.equal(client.signal.reason);
      await runner.close();
    });

    it("ends after ten seconds", async () => {
      const { store } = await open();
      const parts = importParts(store, directory);
      const { clock } = parts;
      const limits: number[] = [];
      const late: typeof clock = {
        ...clock,
        nowMs: () => clock.nowMs(),
        setTimer(callback, ms) {
          if (ms !== 10_000) return clock.setTimer(callback, ms);
          limits.push(ms);
          return clock.setTimer(callback, 0);
        },
      };
      const runner = createImportRunner({ ...parts, clock: late }, importOptions);
      expect(await runner.inspect(path, {}).catch((error: unknown) => error)).to.have.property(
        "code",
        "FILE_TOO_SLOW",
      );
      expect(limits).to.deep.equal([10_000]);
      await runner.close();
    });
  });
});
