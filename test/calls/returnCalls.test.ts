import { expect } from "chai";
import { asteriskCli } from "../../lab/lab.ts";
import { type CallPath, startSome, SystemOnPath } from "../support/callPaths.ts";
import { type MaskingRow, maskingTable } from "../support/maskingTable.ts";
import { People } from "../support/people.ts";
import type { CallRow, Mapped } from "../support/realCalls.ts";
import { headerValues, type PlacedCall } from "../support/sipp.ts";
import { expectNoLeak } from "../support/sippLeaks.ts";
import { until } from "../support/until.ts";

const paths: readonly CallPath[] = ["dial", "bridge", "odbc", "http"];

for (const [index, path] of paths.entries())
  describe(`masking in both directions, on the path "${path}"`, function suite() {
    this.timeout(60_000);
    let on: SystemOnPath;
    let people: People;

    before(async function prepare() {
      // The shortest sound.
      on = await SystemOnPath.startOrSkip(this, path, `74956${index}`, {
        ANNOUNCEMENT_OWN_NUMBER: "sound:beep",
      });
      people = new People(on.system, index);
    });
    after(() => on?.stop());

    const stranger = (): string => people.stranger();
    const person = (columns?: Record<string, string | null>): Promise<Mapped> => people.person(columns);
    const call: People["call"] = (from, to, more) => people.call(from, to, more);
    const shownTo = (real: string): readonly string[] => people.shownTo(real);
    const records = (proxy: string, count: number): Promise<readonly CallRow[]> =>
      people.records(proxy, count);

    describe("as each row of the table in docs/masking.md says", () => {
      /** Places the call of a row, and describes its outcome in the table's words. */
      const placed = async ({ caller, dials }: Pick<MaskingRow, "caller" | "dials">): Promise<MaskingRow> => {
        const [anna, boris] = [await person(), await person()];
        const unmapped = on.system.unmapped("answers");
        const words = new Map([
          [anna.real, "Anna"],
          [anna.proxy, "Anna's proxy"],
          [boris.real, "Boris"],
          [boris.proxy, "Boris's proxy"],
          [unmapped, "stranger"],
        ]);
        const numbers = new Map([...words].map(([number, word]) => [word, number]));
        const withheld = { identityHeaders: ["Privacy: id"] };
        const [who = "", last] = caller.split(/, (?:last called by (?:a )?|never called|number)|:/u);
        if (caller.includes("last called")) {
          const first = numbers.get(last ?? "");
          await call(first ?? "anonymous", boris.proxy, first === undefined ? withheld : {});
          await records(boris.proxy, 1);
        }
        const phones = [anna.real, boris.real, unmapped];
        const from = numbers.get(who) ?? (who === "a proxy" ? anna.proxy : "anonymous");
        const to = numbers.get(dials) ?? expect.fail(`No one has ${dials}.`);
        // The provider asserts a number that it asks not to show.
        const hides = caller.endsWith("number withheld");
        const shownAs = hides ? "anonymous" : from;
        const simulated = await people.simulated(to, shownAs);
        const before = phones.map((number) => shownTo(number).length);
        const asserted = hides ? [`P-Asserted-Identity: <sip:+${from}@example.com>`] : [];
        const result = await call(
          shownAs,
          to,
          shownAs === "anonymous" ? { identityHeaders: ["Privacy: id", ...asserted] } : {},
        );
        const rang = phones.flatMap((number, index) =>
          shownTo(number)
            .slice(before[index])
            .map((shown) => [words.get(number) ?? number, words.get(shown) ?? shown] as const),
        );
        expect(rang.length, "legs").to.be.at.most(1);
        const row = await people.newestRecord(to, shownAs);
        if (hides) expect(row.real_phone, "the owner's, as for any call to the number").to.equal(from);
        // The suite also searches all messages to both sides after each test.
        expectNoLeak(result.messages, { numbers: phones.filter((number) => number !== from) });
        const [[rings, shown] = ["–", "–"]] = rang;
        const withoutCaller = row.caller_id === "" ? ", no caller" : "";
        const record =
          row.call_status === "answered"
            ? `${row.direction}${withoutCaller}`
            : `${row.call_status}, ${result.finalCode}`;
        if (rings === "–") expect(row.outbound_trunk).to.equal(null);
        // A withheld number cannot be given there.
        if (!hides)
          expect(simulated).to.deep.equal(
            rings === "–" ? row.call_status : [row.direction, row.real_phone, row.shown_number],
          );
        return { caller, dials, rings, shown, record };
      };

      const rows = maskingTable();
      let results: ReadonlyMap<MaskingRow, Promise<MaskingRow>>;
      before(() => {
        results = startSome(rows, on.atATime, placed);
      });
      for (const row of rows)
        it(`${row.caller}, dials ${row.dials}: ${row.record}`, async () => {
          expect(await results.get(row)).to.deep.equal(row);
        });
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

    it("shows what each policy says, and what the simulation says, if the caller has a proxy number", async () => {
      const [anna, vera] = [await person(), await person()];
      const expected = new Map<Record<string, string>, string | null>([
        [{ caller_id_policy: "proxy" }, anna.proxy],
        [{ caller_id_policy: "caller" }, anna.real],
        [{ caller_id_policy: "anonymous" }, null],
        [{ caller_id_policy: "fixed", caller_id_number: vera.proxy }, vera.proxy],
        [{ caller_id_policy: "fixed", caller_id_number: anna.proxy }, anna.proxy],
        [{ caller_id_policy: "fixed", caller_id_number: anna.real }, null],
      ]);
      const shown = startSome([...expected.keys()], on.atATime, async (columns) => {
        const { proxy, real } = await person(columns);
        const simulated = await people.simulated(proxy, anna.real);
        expect((await call(anna.real, proxy)).finalCode).to.equal(200);
        // The callee's messages are read a moment after the caller's.
        await on.system.callees.invited(real);
        const told = shownTo(real).map((number) => (number === "anonymous" ? null : number));
        expect(simulated).to.deep.equal(["in", real, ...told]);
        return told;
      });
      for (const [columns, number] of expected) expect(await shown.get(columns)).to.deep.equal([number]);
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
      expectNoLeak(on.system.callees.messagesOf(last.real), { numbers: [boris.real] });
      expectNoLeak(result.messages, { numbers: [last.real] });
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
      await people.called({ proxy, real: "79037770001" }, "79037770002", 0);
      expect((await call(real, proxy)).finalCode).to.equal(403);
    });

    it("rings neither owners who called themselves through the system before, nor emergency numbers", async () => {
      const [vera, gleb] = [await person(), await person()];
      await people.called(vera, vera.real);
      await people.called(gleb, "112");
      for (const { real, proxy } of [vera, gleb]) {
        expect((await call(real, proxy)).finalCode).to.equal(403);
        expect((await records(proxy, 2))[1]?.call_status).to.equal("own_number");
        expect(shownTo(real)).to.deep.equal([]);
      }
      expect(shownTo("112")).to.deep.equal([]);
    });

    it("returns calls of a day, and no older ones", async () => {
      const [anna, boris, late] = [await person(), await person(), await person()];
      await people.called(boris, anna.real, 23);
      await people.called(late, anna.real, 25);
      expect((await call(boris.real, boris.proxy)).finalCode).to.equal(200);
      expect((await call(late.real, late.proxy)).finalCode).to.equal(403);
      expect(shownTo(anna.real)).to.deep.equal([boris.proxy]);
    });

    it("does not show a withheld number, even if it is the fixed one of the mapping", async () => {
      const from = stranger();
      const { proxy, real } = await person({ caller_id_policy: "fixed", caller_id_number: from });
      const asserted = `P-Asserted-Identity: <sip:+${from}@example.com>`;
      const result = await call("anonymous", proxy, { identityHeaders: ["Privacy: id", asserted] });
      expect(result.finalCode).to.equal(200);
      expect(shownTo(real)).to.deep.equal(["anonymous"]);
      expectNoLeak(on.system.callees.messagesOf(real), { numbers: [from] });
      expect((await records(proxy, 1))[0]).to.include({ caller_id: "", shown_number: null });
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
    });

    it("connects two people who call each other at the same moment", async () => {
      const [vera, gleb] = [await on.system.mapped("ringsForEver"), await on.system.mapped("ringsForEver")];
      const rings = (from: Mapped, to: Mapped): PlacedCall =>
        on.system.dial(to.proxy, { from: from.real, script: { kind: "waits" } });
      const both = [rings(vera, gleb), rings(gleb, vera)];
      await Promise.all(both.map((placed) => placed.gets(180)));
      // Neither phone is answered.
      const results = await Promise.all(both.map(({ result }) => result));
      expect(results.map(({ finalCode }) => finalCode)).to.deep.equal([480, 480]);
      expect([shownTo(gleb.real), shownTo(vera.real)]).to.deep.equal([[vera.proxy], [gleb.proxy]]);
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
      await Promise.all([first.result, second.result]);
      expect(shownTo(busy.real)).to.deep.equal([callCentre, callCentre]);
    });

    it("treats the mark of another installation behind the same provider as a caller's own", async () => {
      const { proxy } = await person();
      const headers = { identityHeaders: ["X-Phone-Proxy-Hop: another"] };
      expect((await call(stranger(), proxy, headers)).finalCode).to.equal(200);
      const marked = { script: { kind: "waits" }, identityHeaders: ["X-Phone-Proxy-Hop: lab"] };
      expect((await call(stranger(), proxy, marked)).finalCode).to.equal(603);
    });

    describe("while a phone rings longer than a busy machine takes to place another call", () => {
      before(() => on.use({ RING_TIMEOUT_SECONDS: "20" }));

      it("refuses its own leg that comes back, at one hop", async () => {
        const fixed = "78005553535";
        const policies = ["proxy", "dialled", "caller", "fixed", "anonymous"];
        const outcomes = startSome(policies, on.atATime / 2, async (policy) => {
          const columns = { caller_id_policy: policy, caller_id_number: policy === "fixed" ? fixed : null };
          const { proxy, real } = await on.system.mapped("ringsForEver", columns);
          const first = on.system.dial(proxy, {
            from: stranger(),
            script: { kind: "cancels", after: 180, afterMs: 8_000 },
          });
          await first.gets(180);
          const [mark = ""] = headerValues(await on.system.callees.invited(real), "X-Phone-Proxy-Hop");
          const [shown = ""] = shownTo(real);
          const hides = shown === "anonymous" ? ["Privacy: id"] : [];
          const marks = [
            [`X-Phone-Proxy-Hop: ${mark}`],
            [`Diversion: <sip:${real}@example.com>;reason=unconditional`],
            [`History-Info: <sip:${real}@example.com?Reason=SIP%3Bcause%3D302>;index=1`],
            ["Privacy: id", `Diversion: <sip:${real}@example.com>;reason=unconditional`],
            // A proxy number needs no mark, even if it is withheld.
            ...(shown === proxy ? [[], ["Privacy: id"]] : []),
          ];
          const codes = await Promise.all(
            marks.map(async (headers) => {
              const waits = { script: { kind: "waits" }, identityHeaders: [...hides, ...headers] };
              return (await call(shown, proxy, waits)).finalCode;
            }),
          );
          await first.result;
          expect(shownTo(real), "legs").to.deep.equal([shown]);
          return codes.every((code) => code === 603) ? policy : `${policy}: ${codes.join(" ")}`;
        });
        expect(await Promise.all(outcomes.values())).to.deep.equal(policies);
      });

      it("tells calls that others forward to the number from its own leg with another number as the caller", async () => {
        const columns = { caller_id_policy: "fixed", caller_id_number: "78005553535" };
        const { proxy, real } = await on.system.mapped("ringsForEver", columns);
        const forwarded = (by: string): PlacedCall =>
          on.system.dial(proxy, {
            from: stranger(),
            script: { kind: "cancels", after: 180, afterMs: 8_000 },
            identityHeaders: [`Diversion: <sip:8${by.slice(1)}@example.com>;reason=unconditional`],
          });
        const both = [forwarded("74957770000"), forwarded("74957770000")];
        await Promise.all(both.map((one) => one.gets(180)));
        expect((await forwarded(real).result).finalCode).to.equal(603);
        await Promise.all(both.map(({ result }) => result));
        expect(shownTo(real)).to.deep.equal(["78005553535", "78005553535"]);
      });
    });

    it("refuses a call that owners forward to their own number", async () => {
      const boris = await person();
      const client = on.system.unmapped("answers");
      await call(client, boris.proxy);
      await records(boris.proxy, 1);
      const forwarded = await call(boris.real, boris.proxy, {
        script: { kind: "waits" },
        identityHeaders: [`Diversion: <sip:${boris.real}@example.com>;reason=no-answer`],
      });
      expect(forwarded.finalCode).to.equal(603);
      expect(shownTo(client)).to.deep.equal([]);
      expect((await records(boris.proxy, 2))[1]).to.include({
        call_status: "loop",
        status_reason: "came_back",
        direction: "return",
        real_phone: client,
      });
    });

    const expectNoTrust = async (): Promise<void> => {
      const [anna, boris] = [await person(), await person()];
      await call(anna.real, boris.proxy);
      await records(boris.proxy, 1);
      expect((await call(boris.real, boris.proxy)).finalCode).to.equal(403);
      expect(shownTo(boris.real)).to.deep.equal([boris.proxy]);
      expect(shownTo(anna.real)).to.deep.equal([]);
      expect((await records(boris.proxy, 2))[1]).to.include({ call_status: "own_number" });
    };

    describe("where callers can forge their number, and are written as dialled in the country", () => {
      const trunk = { name: "trunk-in", trustsCallers: false, callerNumbers: "national" };
      before(() => on.use({ INBOUND_TRUNKS: JSON.stringify([trunk]) }));

      it("does not ring owners who withhold their number", async () => {
        const { proxy, real } = await person();
        const asserted = `P-Asserted-Identity: <sip:8${real.slice(1)}@example.com>`;
        const result = await call("anonymous", proxy, { identityHeaders: ["Privacy: id", asserted] });
        expect(result.finalCode).to.equal(403);
        expect(shownTo(real)).to.deep.equal([]);
        expect((await records(proxy, 1))[0]).to.include({ call_status: "own_number", caller_id: "" });
      });

      it("neither returns calls nor shows callers by their own number", expectNoTrust);
    });

    describe("where INBOUND_TRUNKS does not name the trunk", () => {
      before(() => on.use({ INBOUND_TRUNKS: JSON.stringify([{ name: "another" }]) }));

      it("neither returns calls nor shows callers by their own number, and names the trunk", async () => {
        await expectNoTrust();
        await until(async () =>
          /"inbound trunk trunk-in":\{[^}]*not in INBOUND_TRUNKS/u.test(
            await (await fetch(`${on.system.application.url}/health`)).text(),
          ),
        );
      });

      if (path === "odbc")
        it("nor where the dialplan has kept the settings of an earlier version", async () => {
          for (const variable of [
            "TRUSTED_TRUNKS trunk-in",
            "PP_SETTINGS RETURN_CALL_HOURS=24",
            'PP_LOADED ""',
          ])
            await asteriskCli(`dialplan set global ${variable}`);
          await expectNoTrust();
        });
    });

    describe("with RETURN_CALL_HOURS=0", () => {
      before(() => on.use({ RETURN_CALL_HOURS: "0" }));

      it("returns no call", async () => {
        const [anna, boris] = [await person(), await person()];
        // The database's clock is an hour late.
        await people.called(boris, anna.real, -1);
        expect((await call(boris.real, boris.proxy)).finalCode).to.equal(403);
        expect(shownTo(anna.real)).to.deep.equal([]);
        expect(await people.newestRecord(boris.proxy, boris.real)).to.include({ call_status: "own_number" });
      });
    });
  });
