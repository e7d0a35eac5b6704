import { expect } from "chai";
import { type CallPath, SystemOnPath } from "../support/callPaths.ts";
import type { CallRow } from "../support/realCalls.ts";
import { type CallResult, headerValues } from "../support/sipp.ts";
import { expectNoLeak } from "../support/sippLeaks.ts";
import { until } from "../support/until.ts";

interface Person {
  readonly real: string;
  readonly proxy: string;
}

const paths: readonly CallPath[] = ["dial", "bridge", "odbc", "http"];

for (const [index, path] of paths.entries())
  describe(`masking in both directions, on the path "${path}"`, function suite() {
    this.timeout(60_000);
    let on: SystemOnPath;
    let strangers = 0;

    before(async function prepare() {
      // The shortest sound.
      on = await SystemOnPath.startOrSkip(this, path, `74956${index}`, {
        ANNOUNCEMENT_OWN_NUMBER: "sound:beep",
      });
    });
    after(() => on?.stop());

    const stranger = (): string => `7926${index}${String((strangers += 1)).padStart(6, "0")}`;
    const person = (columns: Record<string, string | null> = {}): Promise<Person> =>
      on.system.mapped("answers", columns);

    const call = (from: string, to: string, more: object = {}): Promise<CallResult> =>
      on.system.dial(to, { from, script: { kind: "talks", talkMs: 100 }, ...more }).result;

    /** The number in From of every INVITE to this number, in order; without those that were sent again. */
    const shownTo = (real: string): readonly string[] => {
      const invites = on.system.callees
        .messagesOf(real)
        .filter(({ startLine, direction }) => direction === "received" && startLine.startsWith("INVITE "));
      const byCall = new Map(
        invites.map((invite) => [
          headerValues(invite, "Call-ID")[0],
          /sip:\+?([^@>]*)/u.exec(headerValues(invite, "From")[0] ?? "")?.[1] ?? "",
        ]),
      );
      return [...byCall.values()];
    };

    const records = async (proxy: string, count: number): Promise<readonly CallRow[]> => {
      let rows: CallRow[] = [];
      await until(async () => {
        [rows] = await on.system.database.query<CallRow[]>(
          "SELECT * FROM call_logs WHERE fake_phone = ? ORDER BY call_timestamp, id",
          [proxy],
        );
        return rows.length >= count;
      });
      expect(rows).to.have.length(count);
      return rows;
    };

    it("shows callers by their own proxy number, which can be called back", async () => {
      const [anna, boris] = [await person(), await person()];
      expect((await call(anna.real, boris.proxy)).finalCode).to.equal(200);
      expect(shownTo(boris.real)).to.deep.equal([anna.proxy]);
      expectNoLeak(on.system.callees.messagesOf(boris.real), { number: anna.real });
      expect((await records(boris.proxy, 1))[0]).to.include({ shown_number: anna.proxy, direction: "in" });

      expect((await call(boris.real, anna.proxy)).finalCode).to.equal(200);
      expect(shownTo(anna.real)).to.deep.equal([boris.proxy]);
      expectNoLeak(on.system.callees.messagesOf(anna.real), { number: boris.real });
    });

    it("shows the dialled number if the caller has none that is active, or the policy says so", async () => {
      const disabled = await person({ state: "disabled" });
      const [anna, boris] = [await person(), await person()];
      const dialled = await person({ caller_id_policy: "dialled" });
      await call(stranger(), boris.proxy);
      await call(disabled.real, boris.proxy);
      await call(anna.real, dialled.proxy);
      expect(shownTo(boris.real)).to.deep.equal([boris.proxy, boris.proxy]);
      expect(shownTo(dialled.real)).to.deep.equal([dialled.proxy]);
    });

    it("connects owners who dial their own number with the party of its newest call, answered or missed", async () => {
      const missed = { script: { kind: "cancels", after: 180, afterMs: 0 } };
      const boris = await on.system.mapped("ringsForEver");
      const [first, last] = [await person(), await person()];
      await call(first.real, boris.proxy, missed);
      await call(last.real, boris.proxy, missed);
      await records(boris.proxy, 2);
      const result = await call(boris.real, boris.proxy);
      expect(result.finalCode).to.equal(200);
      expect(shownTo(last.real)).to.deep.equal([boris.proxy]);
      expect(shownTo(first.real)).to.deep.equal([]);
      expectNoLeak(on.system.callees.messagesOf(last.real), { number: boris.real });
      expectNoLeak(result.messages, { number: last.real });
      const [, , back] = await records(boris.proxy, 3);
      expect(back).to.include({
        direction: "return",
        call_status: "answered",
        caller_id: boris.real,
        real_phone: last.real,
        shown_number: boris.proxy,
      });
      // The newest call is now the one that returned it.
      await call(boris.real, boris.proxy);
      await records(boris.proxy, 4);
      expect(shownTo(last.real)).to.deep.equal([boris.proxy, boris.proxy]);
    });

    it("never connects owners with themselves: 403, own_number", async () => {
      const [lonely, secretive] = [await person(), await person()];
      expect((await call(lonely.real, lonely.proxy)).finalCode).to.equal(403);
      const [row] = await records(lonely.proxy, 1);
      expect(row).to.include({ call_status: "own_number", direction: "in", outbound_trunk: null, cause: 21 });
      await call(stranger(), secretive.proxy);
      await call("anonymous", secretive.proxy, { identityHeaders: ["Privacy: id"] });
      await records(secretive.proxy, 2);
      expect((await call(secretive.real, secretive.proxy)).finalCode).to.equal(403);
      expect(shownTo(lonely.real)).to.deep.equal([]);
      expect(shownTo(secretive.real)).to.have.length(2);
    });

    it("does not return calls from expensive numbers, which anyone may show: 403, own_number", async () => {
      const { real, proxy } = await person();
      await call("19005551234", proxy);
      await records(proxy, 1);
      expect((await call(real, proxy)).finalCode).to.equal(403);
      const [, row] = await records(proxy, 2);
      expect(row, JSON.stringify(row)).to.include({ call_status: "own_number", outbound_trunk: null });
    });

    it("does not return calls of an earlier owner of the number", async () => {
      const { proxy, real } = await person();
      await on.system.database.query("INSERT INTO call_logs SET ?, call_timestamp = UTC_TIMESTAMP(3)", [
        {
          call_id: `earlier-owner-${index}-${proxy}`,
          fake_phone: proxy,
          real_phone: "79037770001",
          caller_id: "79037770002",
          call_status: "answered",
        },
      ]);
      expect((await call(real, proxy)).finalCode).to.equal(403);
    });

    it("is not confused by an owner who calls back while a client rings, or by people who call each other", async () => {
      const [anna, boris] = [await person(), await on.system.mapped("ringsForEver")];
      await call(anna.real, boris.proxy, { script: { kind: "cancels", after: 180, afterMs: 0 } });
      await records(boris.proxy, 1);
      const ringing = on.system.dial(boris.proxy, {
        from: stranger(),
        script: { kind: "cancels", after: 180, afterMs: 3_000 },
      });
      await ringing.gets(180);
      expect((await call(boris.real, boris.proxy)).finalCode).to.equal(200);
      expect(shownTo(anna.real)).to.deep.equal([boris.proxy]);
      await ringing.result;

      const [vera, gleb] = [await person(), await person()];
      const results = await Promise.all([call(vera.real, gleb.proxy), call(gleb.real, vera.proxy)]);
      expect(results.map(({ finalCode }) => finalCode)).to.deep.equal([200, 200]);
    });

    it("tells a shared number that calls twice from a call that was forwarded back", async () => {
      const callCentre = stranger();
      const busy = await on.system.mapped("ringsForEver", { caller_id_policy: "caller" });
      const first = on.system.dial(busy.proxy, {
        from: callCentre,
        script: { kind: "cancels", after: 180, afterMs: 6_000 },
      });
      await first.gets(180);
      const second = on.system.dial(busy.proxy, {
        from: callCentre,
        script: { kind: "cancels", after: 180, afterMs: 1_000 },
      });
      await second.gets(180);
      // Asterisk asks for this header where it dials by itself.
      if (path !== "bridge") {
        const forwarded = await call(callCentre, busy.proxy, {
          script: { kind: "waits" },
          identityHeaders: [`Diversion: <sip:${busy.real}@example.com>;reason=unconditional`],
        });
        expect(forwarded.finalCode).to.equal(603);
      }
      await Promise.all([first.result, second.result]);
      expect(shownTo(busy.real)).to.deep.equal([callCentre, callCentre]);
    });

    it("takes the mark of another installation behind the same provider for a caller's own", async () => {
      const { proxy } = await person();
      const headers = { identityHeaders: ["X-Phone-Proxy-Hop: another"] };
      expect((await call(stranger(), proxy, headers)).finalCode).to.equal(200);
      const marked = { script: { kind: "waits" }, identityHeaders: ["X-Phone-Proxy-Hop: lab"] };
      expect((await call(stranger(), proxy, marked)).finalCode).to.equal(603);
    });

    it("refuses a call from any of our proxy numbers, because those never place calls", async () => {
      const [one, other] = [await person(), await person()];
      const result = await call(one.proxy, other.proxy, { script: { kind: "waits" } });
      expect(result.finalCode).to.equal(603);
      expect((await records(other.proxy, 1))[0]).to.include({
        call_status: "loop",
        status_reason: "came_back",
      });
    });

    describe("where callers can forge their number", () => {
      before(() => on.use({ INBOUND_TRUNKS: JSON.stringify([{ name: "trunk-in", trustsCallers: false }]) }));

      it("neither returns calls nor shows callers by their own number", async () => {
        const [anna, boris] = [await person(), await person()];
        await call(anna.real, boris.proxy);
        await records(boris.proxy, 1);
        expect((await call(boris.real, boris.proxy)).finalCode).to.equal(403);
        expect(shownTo(boris.real)).to.deep.equal([boris.proxy]);
        expect(shownTo(anna.real)).to.deep.equal([]);
        expect((await records(boris.proxy, 2))[1]).to.include({ call_status: "own_number" });
      });
    });
  });
