import { expect } from "chai";
import { roles } from "../../../src/access/rules/rights.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { LiveClient } from "../../support/liveClient.ts";
import { until } from "../../support/until.ts";
import { startGuardedApi } from "./support.ts";
import type { GuardedApi } from "./support.ts";

const real = "79001112233";
const caller = "79995550000";

describe("The live board with access required", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: GuardedApi;
    const clients: LiveClient[] = [];

    beforeEach(async () => {
      api = await startGuardedApi((await open()).store, { liveSocketsPerUser: 20 });
    });
    afterEach(async () => {
      for (const { socket } of clients.splice(0)) socket.terminate();
      await api.close();
    });

    const watch = (headers: Record<string, string>): LiveClient => {
      const client = new LiveClient(api.server.url, { headers: { Origin: api.server.url, ...headers } });
      clients.push(client);
      return client;
    };

    /** A ringing call, of which all numbers are known. */
    function place(callId: string): Story {
      const story = new Story(undefined, anIncomingCall({ callId, atMs: Date.now() }));
      const begun = story.call;
      api.live.observe(null, begun, { type: "callStarted" } as never);
      story.dialled();
      api.live.observe(begun, story.call, { type: "callStarted" } as never);
      return story;
    }

    it("sends supervisors no real numbers and callers, neither in snapshots nor in deltas", async () => {
      const cookie = await api.signIn((await api.user("supervisor")).username);
      const operator = await api.signIn((await api.user("operator")).username);
      place("before");
      await until(() => api.live.board.size === 1);
      const supervisors = await watch({ Cookie: cookie }).ready();
      const operators = await watch({ Cookie: operator }).ready();
      const frames: string[] = [];
      supervisors.socket.on("message", (data: Buffer) => frames.push(data.toString()));
      supervisors.resync();
      place("later");
      for (const client of [supervisors, operators])
        await until(() => client.calls.get("later")?.state === "dialling");
      await until(() => supervisors.count("snapshot") === 2);
      const masked = { real: "+7 900 ••• 22 33", caller: "+7 999 ••• 00 00" };
      expect(supervisors.calls.get("before")).to.include(masked);
      expect(supervisors.calls.get("later")).to.include(masked);
      const all = frames.join("") + JSON.stringify(supervisors.messages);
      expect(all).not.to.include(real).and.not.to.include(caller);
      expect(operators.calls.get("later")).to.include({ real, caller });
    });

    it("limits connections per user, and gives the reason", async () => {
      const { username } = await api.user("supervisor");
      const [one, other] = [await api.signIn(username), await api.signIn(username)];
      const first = await watch({ Cookie: one }).ready();
      for (let index = 1; index < 20; index += 1) await watch({ Cookie: index % 2 ? one : other }).ready();
      const refused = watch({ Cookie: other });
      await until(() => refused.closeCode !== null);
      expect(refused.closeCode).to.equal(4429);
      expect(refused.messages).to.deep.equal([]);
      // The limit of other users is separate.
      await watch({ Cookie: await api.signIn((await api.user("supervisor")).username) }).ready();
      await watch({ "X-API-Key": await api.key(["live.watch"]) }).ready();
      await first.close();
      await until(async () => {
        const again = watch({ Cookie: other });
        await until(() => again.closeCode !== null || again.seq !== null);
        return again.seq !== null;
      });
    });

    it("lets permitted users hang up, and audits it", async () => {
      place("call-1");
      await until(() => api.live.board.size === 1);
      const hungUpBy: string[] = [];
      for (const role of roles) {
        const { username } = await api.user(role);
        const cookie = await api.signIn(username);
        const { status } = await api.ask("POST", "/calls/call-1/hangup", { cookie });
        const may = role === "administrator" || role === "supervisor";
        expect(status, role).to.equal(may ? 202 : 403);
        if (may) hungUpBy.push(username);
      }
      expect(api.hungUp).to.deep.equal(["call-1", "call-1"]);
      const unknown = await api.ask("POST", "/calls/none/hangup", {
        cookie: await api.signIn((await api.user("supervisor")).username),
      });
      expect(unknown.body).to.include({ code: "CALL_NOT_LIVE" });
      const { items } = await api.access.audit.page({ actions: ["hang-up"] }, { before: null, limit: 10 });
      expect(items.map(({ outcome, target }) => [outcome, target?.kind, target?.id])).to.deep.equal([
        ["failed", "calls", "none"],
        ["done", "calls", "call-1"],
        ["done", "calls", "call-1"],
      ]);
      expect(items.slice(1).map(({ actor }) => actor.name)).to.have.members(hungUpBy);
    });
  });
});
