import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { filesIn } from "../../support/imports.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { until } from "../../support/until.ts";

/** A parsed response. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

async function read(response: Promise<Response>): Promise<Answer> {
  const { status, headers, ...rest } = await response.then(async (received) => ({
    status: received.status,
    headers: received.headers,
    body: await received.json(),
  }));
  return { status, type: headers.get("content-type") ?? "", ...rest };
}

describe("the API", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestApi;
    let store: Store;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startApi(store);
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000009") },
      ]);
    });
    afterEach(() => api.close());

    const upload = (content: string | Buffer): Promise<Answer> => read(api.upload(content));
    const get = (path: string): Promise<Answer> => read(api.get(path));

    /** Uploads real numbers and returns their proxy numbers. */
    async function mapped(...realNumbers: string[]): Promise<string[]> {
      const { body } = await upload(`phone\n${realNumbers.join("\n")}\n`);
      expect(body).to.have.nested.property("counts.rejected", 0);
      return property(body, "mapped").map((row) => String(property(row, "proxyNumber")));
    }

    describe("POST /upload", () => {
      it("returns the proxy number of each row, or the reason why it has none", async () => {
        const { status, body } = await upload("phone\n+7 (900) 111-22-33\n112\n8 900 111-22-44\n");
        expect(status).to.equal(200);
        expect(body)
          .to.have.property("counts")
          .that.deep.equals({
            rows: 4,
            created: 2,
            existing: 0,
            differing: 0,
            updated: 0,
            duplicate: 0,
            rejected: 1,
            blank: 0,
            header: 1,
            refusals: { SHORT_NUMBER: 1 },
          });
        expect(body)
          .to.have.nested.property("mapped[0].proxyNumber")
          .that.matches(/^7958000000\d$/);
        expect(body).to.have.property("mapped").that.has.length(2);
        expect(body).to.have.nested.property("mapped[1]").that.includes({
          row: 4,
          input: "8 900 111-22-44",
          realNumber: "79001112244",
          created: true,
        });
        expect(body)
          .to.have.nested.property("rejected[0]")
          .that.includes({ row: 3, input: "112", code: "SHORT_NUMBER" });
      });

      it("changes nothing for the same file, and returns the same proxy numbers", async () => {
        const first = await mapped("79001112233", "79001112244");
        const { body } = await upload("79001112233\n+79001112244\n");
        expect(body).to.have.property("counts").that.includes({ created: 0, existing: 2 });
        expect(await mapped("79001112233", "79001112244")).to.deep.equal(first);
      });

      it("imports as many numbers as the pool has, and names the rest", async () => {
        const numbers = Array.from({ length: 12 }, (_, index) => String(79_001_112_200 + index));
        const { body } = await upload(numbers.join("\n"));
        expect(body).to.have.property("counts").that.includes({ created: 10, rejected: 2 });
        expect(body).to.have.nested.property("rejected[1].code", "POOL_EXHAUSTED");
      });

      it("accepts an unchanged export", async () => {
        await upload('phone,label\n79001112233,=cmd|x\n79001112244,"a ""b"", c"\n');
        const exported = await (await api.get("/export/csv")).arrayBuffer();
        const { body } = await upload(Buffer.from(exported));
        expect(body)
          .to.have.property("counts")
          .that.includes({ created: 0, existing: 2, rejected: 0, header: 1 });
      });

      it("leaves no files behind but that of an import", async () => {
        await mapped("79001112233");
        await upload(Buffer.from([0, 1, 2]));
        expect(await filesIn(api.uploadDirectory)).to.deep.equal(["file"]);
      });

      it("rejects a file that is not a table, with a reason", async () => {
        const answer = await upload(Buffer.from("PK\u0003\u0004\u0000"));
        expect(answer).to.deep.include({ status: 415, type: "application/problem+json" });
        expect(answer.body).to.include({ code: "FILE_DAMAGED", status: 415 }).and.to.have.property("remedy");
      });

      for (const declared of [true, false]) {
        it(`rejects a file over the limit with 413, ${declared ? "with" : "without"} Content-Length`, async () => {
          const boundary = "x";
          const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="../../a.csv"\r\nContent-Type: text/csv\r\n\r\n`;
          const body = Buffer.from(`${head}${"79001112233\n".repeat(100_000)}\r\n--${boundary}--\r\n`);
          const sent = request(`${api.http.url}/upload`, {
            method: "POST",
            headers: {
              "Content-Type": `multipart/form-data; boundary=${boundary}`,
              ...(declared && { "Content-Length": String(body.length) }),
            },
          });
          sent.on("error", () => undefined);
          sent.end(body);
          const [response] = await once(sent, "response");
          let text = "";
          for await (const chunk of response) text += String(chunk);
          expect(response).to.have.property("statusCode", 413);
          expect(JSON.parse(text)).to.include({ code: "UPLOAD_TOO_LARGE", maxBytes: 1_000_000 });
          await until(async () => (await readdir(api.uploadDirectory)).length === 0);
          expect(await get("/mappings"))
            .to.have.nested.property("body.items")
            .that.deep.equals([]);
        });
      }

      it("explains a missing form, a missing file, or several files", async () => {
        const post = (body: string | FormData): Promise<Answer> =>
          read(fetch(`${api.http.url}/upload`, { method: "POST", body }));
        expect((await post("79001112233")).body).to.include({ status: 415, code: "NOT_MULTIPART" });
        const form = new FormData();
        form.set("other", new Blob(["79001112233"], { type: "text/csv" }), "a.csv");
        expect((await post(form)).body).to.include({ status: 400, code: "FILE_MISSING" });
        form.append("file", new Blob(["79001112233"], { type: "text/csv" }), "a.csv");
        form.append("file", new Blob(["79001112244"], { type: "text/csv" }), "b.csv");
        expect((await post(form)).body).to.include({ status: 400, code: "SEVERAL_FILES" });
        expect(await readdir(api.uploadDirectory)).to.deep.equal([]);
      });

      it("removes only files left by a killed process of the same name", async () => {
        for (const name of ["upload-test-abc", "upload-other-abc"]) {
          await mkdir(join(api.uploadDirectory, name));
          await writeFile(join(api.uploadDirectory, name, "x.csv"), "79001112233");
        }
        const next = await startApi(store, { uploadDirectory: api.uploadDirectory });
        expect(await readdir(api.uploadDirectory)).to.deep.equal(["upload-other-abc"]);
        await next.close();
      });

      it("removes the file of an interrupted upload", async () => {
        const { hostname, port } = new URL(api.http.url);
        const socket = connect(Number(port), hostname);
        socket.write(
          "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n" +
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n79001112233\n',
        );
        await until(async () => (await readdir(api.uploadDirectory)).length === 1);
        socket.destroy();
        await until(async () => (await readdir(api.uploadDirectory)).length === 0);
      });
    });

    describe("GET /lookup", () => {
      it("finds the real number of a proxy number and vice versa, in any notation", async () => {
        const [proxy = ""] = await mapped("79001112233");
        const found = { status: 200, body: { fake_phone: proxy, real_phone: "79001112233" } };
        const national = proxy.slice(1);
        for (const text of [
          proxy,
          `+${proxy}`,
          `8${national}`,
          `8 (${national.slice(0, 3)}) ${national.slice(3)}`,
          `00${proxy}`,
        ]) {
          expect(await get(`/lookup/real/${encodeURIComponent(text)}`), text).to.deep.include(found);
        }
        for (const text of ["79001112233", "+7 (900) 111-22-33", "8 900 111-22-33", "0079001112233"]) {
          expect(await get(`/lookup/fake/${encodeURIComponent(text)}`), text).to.deep.include(found);
        }
      });

      it("returns 404 for a number without a mapping, and 400 for an invalid number", async () => {
        for (const side of ["real", "fake"]) {
          expect(await get(`/lookup/${side}/79580000001`)).to.deep.include({
            status: 404,
            type: "application/problem+json",
            body: { status: 404, code: "NUMBER_UNKNOWN", detail: "No mapping has this number." },
          });
          expect((await get(`/lookup/${side}/hello`)).body).to.include({
            status: 400,
            code: "NUMBER_UNREADABLE",
          });
        }
      });

      it("returns no number of a disabled or expired mapping, and its state instead", async () => {
        const [disabled, expired] = await mapped("79001112233", "79001112244");
        await store.transaction(async (manager) => {
          await manager.query("UPDATE phone_mappings SET state = 'disabled' WHERE fake_phone = ?", [
            disabled,
          ]);
          await manager.query(
            "UPDATE phone_mappings SET expires_at = '2020-01-01 00:00:00.000' WHERE fake_phone = ?",
            [expired],
          );
        });
        for (const path of [`/lookup/real/${disabled}`, "/lookup/fake/79001112233"]) {
          expect((await get(path)).body).to.include({
            status: 404,
            code: "NUMBER_DISABLED",
            state: "disabled",
          });
        }
        for (const path of [`/lookup/real/${expired}`, "/lookup/fake/79001112244"]) {
          expect((await get(path)).body).to.include({
            status: 404,
            code: "NUMBER_EXPIRED",
            state: "expired",
          });
        }
      });

      it("tells an Asterisk how to treat a call, whatever the state of the mapping", async () => {
        const reals = ["79001112233", "79001112244", "79001112255", "79001112266", "79001112277"];
        const [fixed = "", disabled = "", expired = "", quarantined = "", loop = ""] = await mapped(...reals);
        await store.transaction(async (manager) => {
          const set = (change: string, proxy: string) =>
            manager.query(`UPDATE phone_mappings SET ${change} WHERE fake_phone = ?`, [proxy]);
          await set("caller_id_policy = 'fixed', caller_id_number = '74950000000'", fixed);
          await set("state = 'disabled', caller_id_policy = 'caller'", disabled);
          await set("expires_at = '2020-01-01 00:00:00.000'", expired);
          await set(
            "released_real_phone = real_phone, real_phone = NULL, state = 'quarantined'",
            quarantined,
          );
          await set(`real_phone = '${fixed}'`, loop);
        });
        const answers = [
          {
            fake_phone: fixed,
            real_phone: reals[0],
            state: "active",
            policy: "fixed",
            shown_phone: "74950000000",
          },
          {
            fake_phone: disabled,
            real_phone: reals[1],
            state: "disabled",
            policy: "caller",
            shown_phone: "",
          },
          { fake_phone: expired, real_phone: reals[2], state: "expired", policy: "", shown_phone: "" },
          { fake_phone: loop, real_phone: fixed, state: "loop", policy: "", shown_phone: "" },
        ];
        const ofStranger = { own_phone: "", party_phone: "" };
        for (const mapping of answers) {
          const answer = { ...mapping, ...ofStranger };
          expect(await get(`/lookup/real/${answer.fake_phone}?for=call`)).to.deep.include({
            status: 200,
            body: answer,
          });
          const inBody = fetch(`${api.http.url}/lookup?for=call`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ fake: answer.fake_phone }),
          });
          expect(await read(inBody)).to.deep.include({ status: 200, body: answer });
        }
        expect((await get(`/lookup/real/${quarantined}?for=call`)).body).to.include({ state: "quarantined" });
      });

      it("tells an Asterisk the caller's own number, and the party an owner last spoke to", async () => {
        const reals = ["79001112233", "79001112244"];
        const [anna = "", boris = ""] = await mapped(...reals);
        await store.transaction(async (manager) => {
          await manager.query(
            `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_status) VALUES ('a', ?, ?, ?, 'busy')`,
            [boris, "79001112244", "79261112233"],
          );
        });
        const ask = (caller: string, trunk = "trunk-in"): Promise<Answer> =>
          read(
            fetch(`${api.http.url}/lookup?for=call`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ fake: boris, caller, trunk }),
            }),
          );
        expect((await ask("79001112233")).body).to.include({
          own_phone: anna,
          party_phone: "",
          state: "active",
        });
        expect((await ask("79001112244")).body).to.include({ own_phone: boris, party_phone: "79261112233" });
        expect((await ask(anna)).body).to.include({ own_phone: "", state: "returned" });
        expect((await ask("")).body).to.include({ own_phone: "", party_phone: "" });
        expect((await ask("79001112233", "untrusted")).body).to.include({ own_phone: "" });
        expect((await ask("79001112244", "untrusted")).body).to.include({ own_phone: "", party_phone: "" });
      });

      it("takes the digits of an Asterisk as they are, and says when a number is unknown", async () => {
        expect(await get("/lookup/real/1234567890?for=call")).to.deep.include({
          status: 404,
          body: {
            status: 404,
            code: "NUMBER_UNKNOWN",
            detail: "No mapping has this number.",
            state: "unknown",
          },
        });
        for (const text of ["89580000001x", "%2B79580000001", "0079580000001", "7958 000 00 01"]) {
          expect((await get(`/lookup/real/${text}?for=call`)).body, text).to.include({
            status: 400,
            code: "NUMBER_UNREADABLE",
          });
        }
        expect((await get("/lookup/real/79580000001?for=fun")).body).to.include({ code: "QUERY_INVALID" });
      });
    });

    describe("GET /mappings", () => {
      it("lists all mappings, newest first, page by page", async () => {
        const numbers = Array.from({ length: 7 }, (_, index) => String(79_001_112_200 + index));
        await mapped(...numbers);
        const seen: string[] = [];
        let path: string | null = "/mappings?limit=3";
        for (let pages = 0; path !== null; pages += 1) {
          expect(pages).to.be.below(3);
          const { body } = await get(path);
          seen.push(...property(body, "items").map((item) => String(property(item, "realNumber"))));
          const next = property(body, "next");
          path = typeof next === "string" ? `/mappings?limit=3&after=${next}` : null;
        }
        expect(seen).to.have.members(numbers);
        expect(seen).to.have.length(7);
      });

      it("includes state, and times in UTC", async () => {
        const [proxy] = await mapped("79001112233");
        const { body } = await get("/mappings");
        expect(body).to.have.nested.property("items[0]").that.includes({
          proxyNumber: proxy,
          realNumber: "79001112233",
          state: "active",
          label: null,
          expiresAt: null,
          callerId: null,
        });
        expect(body)
          .to.have.nested.property("items[0].createdAt")
          .that.matches(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      });

      it("names all errors in a query without repeating the values", async () => {
        const { status, body } = await get("/mappings?limit=79001112233&after=&colour=red");
        expect(status).to.equal(400);
        expect(body).to.include({ code: "QUERY_INVALID" });
        expect(body).to.have.property("errors").with.length(3);
        expect(JSON.stringify(body)).to.not.contain("79001112233");
        expect((await get("/mappings?after=nonsense")).body).to.include({ status: 400, code: "BAD_CURSOR" });
      });
    });

    describe("POST /mappings/{id}/simulate", () => {
      const own = {
        decision: "refuse",
        status: "own_number",
        reason: null,
        cause: 21,
        announcement: "own",
      };
      let anna: string;
      let boris: string;
      let connected: object;

      beforeEach(async () => {
        [anna = "", boris = ""] = await mapped("79001112233", "79001112244");
        connected = {
          decision: "connect",
          direction: "in",
          realNumber: "79001112244",
          shownNumber: boris,
          trunk: "trunk-out",
        };
      });

      const simulate = async (call: object): Promise<Answer> => {
        const { body } = await get("/mappings");
        const ofBoris = property(body, "items").find((item) => property(item, "proxyNumber") === boris);
        return read(
          fetch(`${api.http.url}/mappings/${String(property(ofBoris, "id"))}/simulate`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(call),
          }),
        );
      };
      const execute = (sql: string): Promise<unknown> =>
        store.transaction((manager) => manager.query(sql, [boris]));

      it("says what would happen to a call", async () => {
        expect((await simulate({ caller: "8 926 111-22-33" })).body).to.deep.equal(connected);
        expect((await simulate({ caller: "+7 900 111-22-33" })).body).to.deep.equal({
          ...connected,
          shownNumber: anna,
        });
        expect((await simulate({ caller: null })).body).to.deep.equal(connected);
        expect((await simulate({ caller: "+7 900 111-22-44" })).body).to.deep.equal(own);
        expect(await simulate({ caller: "nobody" })).to.include({ status: 400 });
      });

      it("returns the newest call of an owner, unless callers on the inbound trunk may be forged", async () => {
        const owner = { caller: "79001112244" };
        await execute(
          `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status)
           VALUES ('missed', ?, '79001112244', '79261112233', '2026-11-20 12:00:00.000', 'no_answer')`,
        );
        expect((await simulate(owner)).body).to.deep.equal({
          ...connected,
          direction: "return",
          realNumber: "79261112233",
        });
        const inboundTrunk = "untrusted";
        expect((await simulate({ ...owner, inboundTrunk })).body).to.deep.equal(own);
        expect((await simulate({ caller: "79001112233", inboundTrunk })).body).to.deep.equal(connected);
      });

      for (const [sql, refusal] of [
        ["state = 'disabled'", { status: "disabled", cause: 21, announcement: "disabled" }],
        ["state = 'expired'", { status: "expired", cause: 22, announcement: "expired" }],
        ["expires_at = '2026-01-01 00:00:00.000'", { status: "expired", cause: 22, announcement: "expired" }],
      ] as const)
        it(`refuses calls of all callers where ${sql}`, async () => {
          await execute(`UPDATE phone_mappings SET ${sql} WHERE fake_phone = ?`);
          for (const caller of ["79261112233", "79001112244", null])
            expect((await simulate({ caller })).body).to.deep.equal({
              decision: "refuse",
              reason: null,
              ...refusal,
            });
        });
    });

    describe("GET /export/csv", () => {
      it("contains all mappings, safe for spreadsheets", async () => {
        await upload('phone;label;reference\n79001112233;=1+1;"a,b ""c"""\n79001112244;Анна;-5\n');
        const response = await api.get("/export/csv");
        expect(response.headers.get("content-type")).to.equal("text/csv; charset=utf-8");
        expect(response.headers.get("content-disposition")).to.match(
          /^attachment; filename="mappings-[\d-]+T\d\d-\d\dZ.csv"$/,
        );
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(bytes.subarray(0, 3).toString("hex")).to.equal("efbbbf");
        const [header, first = "", second = "", ...rest] = bytes.subarray(3).toString().split("\r\n");
        expect(header).to.equal(
          "real_number,proxy_number,state,label,reference,expires_at (UTC),created_at_utc,pool,caller_id,proxy_was_for",
        );
        expect(first).to.match(
          /^\+79001112233,\+7958000000\d,active,'=1\+1,"a,b ""c""",,\d{4}-[^,]*Z,\w+,,$/,
        );
        expect(second).to.match(/^\+79001112244,\+7958000000\d,active,Анна,'-5,,\d{4}-[^,]*Z,\w+,,$/);
        expect(rest).to.deep.equal([""]);
      });

      it("uses the requested delimiter", async () => {
        expect(await (await api.get("/export/csv?delimiter=semicolon")).text()).to.contain(
          "real_number;proxy_number;",
        );
        expect((await get("/export/csv?delimiter=x")).body).to.include({ code: "QUERY_INVALID" });
      });
    });

    it("returns 503 with Retry-After while the database is unavailable", async () => {
      const [proxy = ""] = await mapped("79001112233");
      await store.close();
      for (const path of [
        "/mappings",
        "/lookup/fake/79001112233",
        "/lookup/real/79580000005",
        "/export/csv",
      ]) {
        const response = await api.get(path);
        expect(response.status, path).to.equal(503);
        expect(response.headers.get("retry-after"), path).to.equal("5");
        expect(await response.json(), path).to.include({ code: "DATABASE_AWAY" });
      }
      const response = await api.upload("79001112255\n");
      expect(response.status).to.equal(503);
      expect(await response.json()).to.include({ code: "DATABASE_AWAY" });
      expect(proxy).to.match(/^7958/);
    });

    it("reports a missing pool", async () => {
      await store.transaction(async (manager) => {
        await manager.query("DELETE FROM number_ranges");
        await manager.query("DELETE FROM number_pools");
      });
      const { status, body } = await upload("79001112233\n");
      expect(status).to.equal(409);
      expect(body).to.include({ code: "NO_POOL" }).and.have.property("remedy").that.contains("DEFAULT_POOL");
    });
  });
});

function property(value: unknown, name: "mapped" | "items"): readonly unknown[];
function property(value: unknown, name: string): unknown;
function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
