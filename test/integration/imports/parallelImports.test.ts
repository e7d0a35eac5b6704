import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { onMysql } from "../../support/databases.ts";
import { importSettings, storedNumbers, urlOf } from "../../support/importProcesses.ts";
import { expectToAddUp, importsOf, numbersFile } from "../../support/imports.ts";
import { isLongRun } from "../../support/longRun.ts";
import { until } from "../../support/until.ts";

const uploads = 20;
const step = isLongRun ? 500 : 100;
const rows = 6 * step;

describe("Twenty uploads of overlapping files at once, to two application processes", function suite() {
  this.timeout(180_000);
  let folder: string;
  const running: ApplicationProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-parallel-"));
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.end("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  onMysql((_open, create) => {
    it("give each real number one proxy number, and no proxy number twice", async () => {
      const address = await create();
      for (const node of ["one", "two"])
        running.push(await ApplicationProcess.start(await importSettings(urlOf(address), folder, node)));
      const apis = running.map(({ url }) => importsOf(url));
      for (const api of apis) await until(async () => (await api.upload("phone\n112\n")).status === 200);
      const answers = await Promise.all(
        Array.from({ length: uploads }, (_, index) => {
          const api = apis[index % apis.length];
          if (!api) throw new Error("There is no process.");
          return api.upload(numbersFile(79_001_000_000 + index * step, rows), { query: "?wait=120" });
        }),
      );
      const different = (uploads - 1) * step + rows;
      const proxyOf = new Map<string, string>();
      let created = 0;
      for (const [index, { status, body }] of answers.entries()) {
        expect(status).to.equal(200);
        expect(body).to.include({ state: "done" });
        expect(body.counts).to.include({ rows: rows + 1, rejected: 0, duplicate: 0 });
        created += Number(body.counts["created"]);
        const api = apis[index % apis.length];
        if (api) await expectToAddUp(api, body);
        expect(body.mapped).to.have.length(rows);
        for (const { realNumber, proxyNumber } of body.mapped ?? []) {
          expect(proxyOf.get(realNumber) ?? proxyNumber).to.equal(proxyNumber);
          proxyOf.set(realNumber, proxyNumber);
        }
      }
      expect(created).to.equal(different);
      expect(proxyOf.size).to.equal(different);
      expect(new Set(proxyOf.values()).size).to.equal(different);
      expect(await storedNumbers(address)).to.deep.equal({
        mappings: different,
        realNumbers: different,
        proxyNumbers: different,
      });
    });
  });
});
