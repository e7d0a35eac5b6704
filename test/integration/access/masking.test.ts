import { expect } from "chai";
import { createLocalBus } from "../../../src/live/bus.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { createWatching } from "../../../src/watching.ts";
import { startApi } from "../../support/api.ts";
import { forEachDatabase, quietLogger } from "../../support/databases.ts";
import { startAccessApi } from "./support.ts";

const real = "79001112233";
const masked = "+7 900 ••• 22 33";
const proxy = "70001000001";

describe("Real numbers", () => {
  forEachDatabase((open) => {
    it("are whole for operators, masked for supervisors and auditors, in lists, records and exports", async () => {
      const { store } = await open();
      const guard = await startAccessApi(store);
      const bus = createLocalBus({ logger: quietLogger });
      const parts = { node: "test", store, bus, clock: systemClock, logger: quietLogger, hangUp: null };
      const watching = createWatching(parts);
      const api = await startApi(store, { access: guard.http, watching });
      try {
        await store.transaction(async (manager) => {
          await manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
            real,
            proxy,
          ]);
          await manager.query(
            `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status)
             VALUES ('call-1', ?, ?, '79998887766', '2026-11-23 06:00:00.000', 'answered')`,
            [proxy, real],
          );
        });
        const cookies = {
          operator: await guard.signIn((await guard.user("operator")).username),
          supervisor: await guard.signIn((await guard.user("supervisor")).username),
          auditor: await guard.signIn((await guard.user("auditor")).username),
        };
        const ask = (role: keyof typeof cookies, path: string, body?: unknown): Promise<Response> =>
          fetch(`${api.http.url}${path}`, {
            method: body === undefined ? "GET" : "POST",
            headers: {
              Cookie: cookies[role],
              Origin: api.http.url,
              ...(body !== undefined && { "Content-Type": "application/json" }),
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
        const [{ id } = { id: 0 }]: { id: number }[] = await store.read((manager) =>
          manager.query("SELECT id FROM phone_mappings"),
        );
        const shown = ["/mappings", `/mappings/${id}`, "/calls", "/calls/call-1", "/calls/export.csv"];
        for (const path of shown) {
          const whole = await (await ask("operator", path)).text();
          expect(whole, path).to.include(real);
          for (const role of ["supervisor", "auditor"] as const) {
            const text = await (await ask(role, path)).text();
            expect(text, `${role} ${path}`).to.include(masked).and.not.to.include(real);
            expect(text).to.include(proxy);
          }
        }
        expect(await (await ask("operator", "/export/csv")).text()).to.include(real);
        expect((await ask("supervisor", "/export/csv")).status).to.equal(403);
        // What is masked cannot be found out guess by guess.
        expect((await ask("auditor", "/mappings/search", { suffix: "2233" })).status).to.equal(200);
        expect((await ask("auditor", "/mappings/search", { suffix: "12233" })).status).to.equal(403);
        expect((await ask("auditor", "/mappings/search", { number: real })).status).to.equal(403);
        expect((await ask("auditor", "/calls/search", { number: real })).status).to.equal(403);
        expect((await ask("auditor", `/mappings/${id}/reveal`, {})).status).to.equal(403);
        const revealed = await ask("supervisor", "/calls/call-1/reveal", {});
        expect(await revealed.json()).to.deep.equal({ realNumber: real });
        const { items } = await guard.access.audit.page({ actions: ["reveal"] }, { before: null, limit: 10 });
        expect(items.map(({ outcome, target }) => [outcome, target])).to.deep.equal([
          ["done", { kind: "calls", id: "call-1" }],
        ]);
      } finally {
        await api.close();
        await watching.close();
        await guard.close();
        await bus.close();
      }
    });
  });
});
