import { expect } from "chai";
import { startApi } from "../../support/api.ts";
import { onMysql } from "../../support/databases.ts";
import { mysqlReadOnly } from "../../support/faults/mysqlOutages.ts";
import { numbersOn, phone, range, realNumber } from "../../support/numbers.ts";
import { until } from "../../support/until.ts";

/** What MySQL answers as a replica, or before its promotion (1290). */
describe("A MySQL that refuses to write", function () {
  this.timeout(60_000);
  onMysql((open) => {
    it("is away for changes: 503 with Retry-After, and health says so; what it reads is answered", async () => {
      const { store } = await open();
      const numbers = numbersOn(store, Date.now());
      const api = await startApi(store);
      await numbers.pools.create({ name: "main", ranges: [range("79580000000", "79580000099")] });
      await numbers.mapper.map([{ realNumber: realNumber(1) }]);
      const path = `/mappings/${(await numbers.repository.findByReal(realNumber(1)))?.id}`;
      const change = (label: string): Promise<Response> =>
        fetch(`${api.http.url}${path}`, {
          method: "PATCH",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ label }),
        });

      const end = await mysqlReadOnly.begin();
      try {
        for (const refused of [await change("x"), await api.upload(`phone\n${phone("79001112233")}\n`)]) {
          expect(refused.status).to.equal(503);
          expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
          expect(await refused.json()).to.have.property("code", "DATABASE_AWAY");
        }
        expect(store.health).to.include({ status: "down" });
        expect(store.health.detail).to.contain("refuses to write");
        expect((await api.get(path)).status).to.equal(200);
      } finally {
        await end();
      }
      await until(async () => store.health.status === "up");
      expect((await change("y")).status).to.equal(200);
      await api.close();
    });
  });
});
