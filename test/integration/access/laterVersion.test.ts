import { expect } from "chai";
import { AuditEntry, IpRule, User } from "../../../src/store/entities/access.ts";
import { forEachDatabase } from "../../support/databases.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { startAccessApi } from "./support.ts";
import type { TestAccess } from "./support.ts";

/** After a return to this version, or while instances of both run. */
describe("What a later version has stored", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestAccess;
    let database: TestDatabase;
    let cookie: string;

    beforeEach(async () => {
      database = await open();
      api = await startAccessApi(database.store);
      await api.user("administrator", "anna");
      cookie = await api.signIn("anna");
    });
    afterEach(() => api.close());

    const itemsOf = async (path: string): Promise<Record<string, unknown>[]> => {
      const { status, body } = await api.ask("GET", path, { cookie });
      expect(status, path).to.equal(200);
      return body["items"] as Record<string, unknown>[];
    };

    it("is shown as it is: a role, which grants nothing until an administrator gives another", async () => {
      const { id } = await api.user("operator", "boris");
      const old = await api.signIn("boris");
      await database.store.transaction((manager) => manager.update(User, { id }, { role: "planner" }));
      expect((await itemsOf("/users")).find((user) => user["id"] === id)).to.include({ role: "planner" });
      const own = await api.signIn("boris");
      const session = await api.ask("GET", "/session", { cookie: own });
      expect(session.body).to.deep.include({ permissions: [] });
      for (const theirs of [own, old])
        expect((await api.ask("GET", "/mappings", { cookie: theirs })).status).to.equal(403);
      const renamed = await api.ask("PATCH", `/users/${id}`, { cookie, body: { displayName: "Boris" } });
      expect(renamed.body).to.include({ role: "planner", displayName: "Boris" });
      const changed = await api.ask("PATCH", `/users/${id}`, { cookie, body: { role: "operator" } });
      expect(changed.body).to.include({ role: "operator" });
      const again = await api.signIn("boris");
      expect((await api.ask("GET", "/mappings", { cookie: again })).status).to.equal(200);
    });

    it("is shown as it is: an entry of the audit log", async () => {
      await database.store.transaction((manager) =>
        manager.insert(AuditEntry, {
          at: 0,
          action: "pool.merge",
          outcome: "postponed",
          actorKind: "schedule",
          actorId: null,
          actorName: "nightly",
          targetKind: "pools",
          targetId: "1",
          address: "",
          details: null,
        }),
      );
      expect((await itemsOf("/audit"))[0]).to.deep.include({
        action: "pool.merge",
        outcome: "postponed",
        actor: { kind: "schedule", id: null, name: "nightly" },
      });
    });

    it("is shown as it is: a rule for IP addresses, which has no effect", async () => {
      await database.store.transaction((manager) =>
        manager.insert(IpRule, {
          purpose: "exports",
          network: "192.0.2.0/24",
          note: "",
          createdBy: null,
          createdAt: 0,
        }),
      );
      const [rule] = await itemsOf("/ip-rules");
      expect(rule).to.include({ purpose: "exports", network: "192.0.2.0/24" });
      expect((await api.ask("GET", "/mappings", { cookie })).status).to.equal(200);
      expect((await api.ask("DELETE", `/ip-rules/${String(rule?.["id"])}`, { cookie })).status).to.equal(204);
    });
  });
});
