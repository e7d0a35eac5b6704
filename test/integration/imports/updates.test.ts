import { expect } from "chai";
import { readFile } from "node:fs/promises";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, requestsTo } from "../../support/imports.ts";
import type { ImportRequests } from "../../support/imports.ts";

const caseOf = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../corpus/cases/${name}`, import.meta.url));

interface Mapping {
  readonly id: number;
  readonly proxyNumber: string;
  readonly label: string | null;
  readonly reference: string | null;
  readonly expiresAt: string | null;
  readonly state: string;
}

const anna = "79001112881";
const head = "phone;name;order_id;expires;pool;caller_id\n";

describe("Importing a known number with other data", function suite() {
  this.timeout(60_000);

  forEachDatabase((open) => {
    let store: Store;
    let api: TestApi;
    let requests: ImportRequests;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
      const range = { first: phoneNumber("79580000000"), last: phoneNumber("79580000099") };
      await api.pools.create({ name: "Main", ranges: [range] });
    });
    afterEach(() => api.close());

    const mapping = async (number: string): Promise<Mapping> => {
      const response = await fetch(`${api.http.url}/mappings/search`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ number }),
      });
      const { items } = (await response.json()) as { items: readonly Mapping[] };
      return items[0] ?? expect.fail("no mapping");
    };

    const stateForCall = async (proxyNumber: string): Promise<unknown> =>
      ((await (await api.get(`/lookup/real/${proxyNumber}?for=call`)).json()) as { state?: unknown }).state;

    it("names each row and what differs, and changes nothing unless that was chosen", async () => {
      await requests.upload(await caseOf("update-existing-1.csv"));
      const before = await mapping(anna);
      const { body } = await requests.upload(await caseOf("update-existing-2.csv"));
      expect(body.counts).to.include({
        rows: 2,
        created: 0,
        existing: 0,
        differing: 1,
        updated: 0,
        header: 1,
      });
      const differences = [
        { field: "label", ours: "Anna (old name)", file: "Anna (new name)", updated: false },
        { field: "expiry", ours: "2030-01-31", file: "2031-01-31", updated: false },
      ];
      expect(body.mapped?.[0]).to.deep.include({ code: "DIFFERS", differences });
      const { items } = await requests.rows(body.id, "?kind=differing");
      expect(items).to.have.length(1);
      expect(items[0]).to.deep.include({ code: "DIFFERS", differences });
      const result = await (await api.get(`/imports/${body.id}/result.csv?lang=en`)).text();
      expect(result).to.include("Label: Anna (old name) → Anna (new name); Expires: 2030-01-31 → 2031-01-31");
      await expectToAddUp(requests, body);
      expect(await mapping(anna)).to.deep.equal(before);
    });

    it("takes label, reference, and expiry from the file if that was chosen, but nothing from empty cells", async () => {
      await requests.upload(
        `${head}${anna};Anna;A-1;2030-01-31;;\n79001112882;Boris;B-1;2030-01-31;;\n79001112883;Vera;;;;\n`,
      );
      const before = await mapping(anna);
      const file = `${head}${anna};;A-2;;;\n79001112882;Boris;B-1;never;;\n79001112883;Vera;;;;\n79001112884;New;;;;\n`;
      const preview = await requests.upload(file, { query: "?dryRun=true" });
      expect(preview.body.counts).to.include({ differing: 2, updated: 0, existing: 1, created: 1 });
      const chosen = await requests.preview(preview.body.id, { existing: "update" });
      expect(chosen.body.counts).to.include({ differing: 0, updated: 2, existing: 1, created: 1 });
      expect(await mapping(anna)).to.deep.equal(before);
      const { body } = await requests.act(preview.body.id, "commit");
      expect(body.counts).to.deep.equal(chosen.body.counts);
      expect(await mapping(anna)).to.deep.include({
        label: "Anna",
        reference: "A-2",
        expiresAt: "2030-01-31",
      });
      expect(await mapping("79001112882")).to.deep.include({
        label: "Boris",
        reference: "B-1",
        expiresAt: null,
      });
      const again = await requests.upload(file, { query: "?existing=update" });
      expect(again.body.counts).to.include({ existing: 4, updated: 0, differing: 0 });
    });

    it("shows the first rows as they will be stored", async () => {
      await requests.upload(`${head}${anna};Anna;A-1;;;\n`);
      const file = `${head}${anna};Anna B.;;2030-01-31;;\n${anna};Twice;;;;\n79001112885;New;;;Nowhere;\n79001112886;;;2001-01-01;;\n79001112887;;;;Main;\n`;
      const { body } = await requests.upload(file, { query: "?dryRun=true" });
      const { proxyNumber } = await mapping(anna);
      const common = { realNumber: anna, proxyNumber, reference: "A-1", pool: "Main", callerId: null };
      const shown = ({ firstRows }: typeof body) =>
        firstRows.map(({ kind, stored, refusal }) => [kind, refusal?.code ?? stored?.["label"]]);
      expect(body.firstRows[0]?.stored).to.deep.equal({ ...common, label: "Anna", expiresAt: null });
      expect(shown(body)).to.deep.equal([
        ["differing", "Anna"],
        ["duplicate", "DUPLICATE_IN_FILE"],
        ["rejected", "POOL_UNKNOWN"],
        ["rejected", "EXPIRY_PASSED"],
        ["created", null],
      ]);
      const updating = await requests.preview(body.id, { existing: "update" });
      expect(updating.body.firstRows[0]?.stored).to.deep.equal({
        ...common,
        label: "Anna B.",
        expiresAt: "2030-01-31",
      });
      expect(shown(updating.body)[0]).to.deep.equal(["updated", "Anna B."]);
    });

    it("never changes the pool, the policy, or the proxy number, nor ends a number", async () => {
      await api.pools.create({ name: "Other" });
      await requests.upload(`${head}${anna};Anna;;;;\n79001112882;Boris;;;;\n`);
      const before = [await mapping(anna), await mapping("79001112882")];
      const file = `${head}${anna};Anna;;;Other;anonymous\n79001112882;Boris B.;;2001-01-31;;\n`;
      const { body } = await requests.upload(file, { query: "?existing=update" });
      expect(body.counts).to.include({ differing: 1, updated: 0, rejected: 1 });
      expect(body.counts.refusals).to.deep.equal({ EXPIRY_PASSED: 1 });
      expect(body.mapped?.[0]?.differences).to.deep.equal([
        { field: "pool", ours: "Main", file: "Other", updated: false },
        { field: "callerIdPolicy", ours: null, file: "anonymous", updated: false },
      ]);
      expect([await mapping(anna), await mapping("79001112882")]).to.deep.equal(before);
    });

    it("takes effect with the next call, and appears in the history of the number", async () => {
      await requests.upload(`${head}${anna};Anna;;;;\n`);
      const { id, proxyNumber } = await mapping(anna);
      await fetch(`${api.http.url}/mappings/${id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ expiresAt: "2020-01-01T00:00:00Z" }),
      });
      expect(await stateForCall(proxyNumber)).to.equal("expired");
      const { body } = await requests.upload(`${head}${anna};Anna;;2099-01-01;;\n`, {
        query: "?existing=update",
      });
      expect(await stateForCall(proxyNumber)).to.equal("active");
      const history = (await (await api.get(`/mappings/${id}/history`)).json()) as {
        items: readonly Record<string, unknown>[];
      };
      expect(history.items[0]).to.deep.include({
        what: "changed",
        fields: ["expiresAt"],
        changes: [
          { field: "state", before: "expired", after: "active" },
          { field: "expiresAt", before: "2020-01-01T00:00:00.000Z", after: "2099-01-02T00:00:00.000Z" },
        ],
        importId: body.id,
        actor: { kind: "open", name: "" },
      });
      const pools = await api.pools.list();
      expect(pools[0]?.counts).to.include({ used: 1, free: 99 });
    });

    it("is undone unless the number was changed since", async () => {
      await requests.upload(
        `${head}${anna};Anna;A-1;;;\n79001112882;Boris;;2030-01-31;;\n79001112883;Vera;;;;\n`,
      );
      const before = [await mapping(anna), await mapping("79001112882")];
      const file = `${head}${anna};Anna B.;A-2;2031-01-31;;\n79001112882;;;2031-01-31;;\n79001112883;Vera B.;;;;\n79001112884;New;;;;\n`;
      const { body } = await requests.upload(file, { query: "?existing=update" });
      expect(body.counts).to.include({ updated: 3, created: 1 });
      const vera = await mapping("79001112883");
      await fetch(`${api.http.url}/mappings/${vera.id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ label: "Vera C." }),
      });
      const undone = await requests.act(body.id, "undo");
      expect(undone.body).to.deep.include({
        state: "undone",
        undo: { removed: 1, kept: 0, released: 0, restored: 2, unrestored: 1 },
      });
      const values = ({ label, reference, expiresAt, state }: Mapping) => ({
        label,
        reference,
        expiresAt,
        state,
      });
      expect([await mapping(anna), await mapping("79001112882")].map(values)).to.deep.equal(
        before.map(values),
      );
      expect(await mapping("79001112883")).to.include({ label: "Vera C." });
    });
  });
});
