import { expect } from "chai";
import { openApiDocument } from "../../../src/http/document.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";
import { until } from "../../support/until.ts";
import { startGuardedApi } from "./support.ts";
import type { Answer } from "./support.ts";

const real = "79001112233";
const proxy = "70001000001";
const caller = "79998887766";

/** Members of answers that hold a person's number, in full for those who may see it. */
const members = /^(?:realNumber|real_phone|caller|shownNumber|shown|input|cells)$/;

/** The operations of the API whose successful answers may show real numbers: as a member, or in a file. */
function showingOperations(): readonly string[] {
  const { paths, components } = openApiDocument();
  const showing = (node: unknown, seen: ReadonlySet<string>): boolean => {
    if (typeof node !== "object" || node === null) return false;
    if ("$ref" in node && typeof node.$ref === "string") {
      const name = node.$ref.split("/").at(-1) ?? "";
      return !seen.has(name) && showing(components?.schemas?.[name], new Set([...seen, name]));
    }
    if ("properties" in node && Object.keys(node.properties ?? {}).some((name) => members.test(name)))
      return true;
    return Object.values(node).some((inner) => showing(inner, seen));
  };
  const found: string[] = [];
  for (const item of Object.values(paths ?? {}))
    for (const operation of Object.values(item ?? {})) {
      const { operationId, responses = {} } = operation as {
        readonly operationId?: string;
        readonly responses?: Record<string, { readonly content?: Record<string, unknown> }>;
      };
      for (const [status, { content = {} }] of Object.entries(responses))
        if (status.startsWith("2") && operationId !== undefined)
          for (const [type, body] of Object.entries(content))
            if (!type.endsWith("json") || showing(body, new Set())) found.push(operationId);
    }
  return [...new Set(found)];
}

describe("Answers with real numbers", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("are logged with who asked and how many, never which, on every route that shows one", async () => {
      const { store } = await open();
      const { logger, lines } = recordingLogger();
      const api = await startGuardedApi(store, { logger });
      try {
        await api.pools.ensureDefault([{ first: "79580000000", last: "79580000099" }] as never);
        await store.transaction(async (manager) => {
          await manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
            real,
            proxy,
          ]);
          await manager.query(
            `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status)
             VALUES ('call-1', ?, ?, ?, '2026-11-23 06:00:00.000', 'answered')`,
            [proxy, real, caller],
          );
        });
        const [row]: { id: number }[] = await store.read((manager) =>
          manager.query("SELECT id FROM phone_mappings WHERE real_phone = ?", [real]),
        );
        const id = row?.id ?? 0;
        const { id: userId, username } = await api.user("administrator");
        const cookie = await api.signIn(username);
        const file = (text: string): FormData => {
          const form = new FormData();
          form.set("file", new Blob([text], { type: "text/csv" }), "numbers.csv");
          return form;
        };
        const idOf = ({ body }: Answer): string => String(body["id"]);
        let made = 0;
        let done = "";
        let preview = "";
        /** Each operation, and how many numbers its answer shows at least. */
        const operations: Readonly<Record<string, () => Promise<Answer>>> = {
          listMappings: () => ask("GET", "/mappings"),
          searchMappings: () => ask("POST", "/mappings/search", {}),
          getMapping: () => ask("GET", `/mappings/${id}`),
          changeMapping: () => ask("PATCH", `/mappings/${id}`, { label: "Anna" }),
          addMapping: async () => {
            const answer = await ask("POST", "/mappings", { realNumber: "79001112244" });
            made = Number(answer.body["id"]);
            return answer;
          },
          renumberMapping: async () => {
            const answer = await ask("POST", `/mappings/${made}/renumber`);
            const { items } = (await ask("POST", "/mappings/search", { number: "79001112244" })).body as {
              items: { id: number; state: string }[];
            };
            made = items.find(({ state }) => state === "active")?.id ?? 0;
            return answer;
          },
          restoreMapping: async () => {
            await ask("DELETE", `/mappings/${made}`);
            return ask("POST", `/mappings/${made}/restore`);
          },
          releaseMapping: () => ask("DELETE", `/mappings/${made}`),
          simulateCall: () => ask("POST", `/mappings/${id}/simulate`, { caller }),
          exportMappings: () => ask("GET", "/export/csv"),
          exportMappingsWorkbook: () => ask("GET", "/export/xlsx"),
          exportFoundMappings: () => ask("POST", "/export/csv", {}),
          exportFoundMappingsWorkbook: () => ask("POST", "/export/xlsx", {}),
          listCalls: () => ask("GET", "/calls"),
          searchCalls: () => ask("POST", "/calls/search", {}),
          getCall: () => ask("GET", "/calls/call-1"),
          exportCalls: () => ask("GET", "/calls/export.csv"),
          exportFoundCalls: () => ask("POST", "/calls/export.csv", {}),
          exportFoundCallsWorkbook: () => ask("POST", "/calls/export.xlsx", {}),
          revealMapping: () => ask("POST", `/mappings/${id}/reveal`),
          revealCall: () => ask("POST", "/calls/call-1/reveal"),
          reportNumber: () => ask("POST", "/privacy/report", { number: real }),
          upload: async () => {
            const answer = await ask("POST", "/upload?wait=20", file("phone\n79001112255\n"));
            done = idOf(answer);
            return answer;
          },
          getImport: () => ask("GET", `/imports/${done}`),
          listImportRows: () => ask("GET", `/imports/${done}/rows`),
          searchImportRows: () => ask("POST", `/imports/${done}/rows/search`, {}),
          getImportResult: () => ask("GET", `/imports/${done}/result.csv`),
          getImportResultFile: () => ask("GET", `/imports/${done}/result`),
          previewImport: async () => {
            preview = idOf(await ask("POST", "/upload?wait=20&dryRun=true", file("phone\n79001112266\n")));
            return ask("POST", `/imports/${preview}/preview?wait=20`, {});
          },
          commitImport: () => ask("POST", `/imports/${preview}/commit?wait=20`),
          undoImport: () => ask("POST", `/imports/${preview}/undo?wait=20`),
          cancelImport: async () => {
            const other = idOf(
              await ask("POST", "/upload?wait=20&dryRun=true", file("phone\n79001112277\n")),
            );
            return ask("POST", `/imports/${other}/cancel?wait=20`);
          },
        };
        const ask = (
          method: string,
          path: string,
          body: unknown = method === "GET" ? undefined : {},
        ): Promise<Answer> => api.ask(method, path, { cookie, ...(body !== undefined && { body }) });
        const shown = () => lines.filter(({ message }) => message === "Real numbers shown");
        for (const [name, request] of Object.entries(operations)) {
          const answer = await request();
          expect(answer.status, `${name} ${answer.text}`).to.be.within(200, 202);
          const { method, path } = routeOf(name);
          await until(() => shown().some(({ fields }) => fields?.["route"] === `${method} ${path}`));
          const { level, fields = {} } =
            shown().find((one) => one.fields?.["route"] === `${method} ${path}`) ?? {};
          expect(level, name).to.equal("info");
          expect(fields, name).to.include({
            actor: "user",
            actorId: userId,
            name: username,
            address: "127.0.0.1",
          });
          expect(fields["numberCount"], name).to.be.at.least(1);
        }
        // Of programs, once a minute and at the end; and none of the audit log and of histories, whose files show no real numbers.
        const lookups = ["lookUpReal", "lookUpFake", "lookUp"];
        const withoutNumbers = ["exportAudit", "exportMappingHistory", "metrics"];
        expect([...Object.keys(operations), ...lookups, ...withoutNumbers]).to.have.members(
          showingOperations(),
        );

        const taken = await ask("POST", "/pools", { name: "taken", ranges: [{ first: real, last: real }] });
        expect(taken.status).to.equal(409);
        await until(() => shown().some(({ fields }) => fields?.["route"] === "POST /pools"));
        const key = await api.key(["lookups.read"]);
        for (const path of [`/lookup/real/${proxy}`, `/lookup/fake/${real}`])
          expect((await api.ask("GET", path, { key })).status).to.equal(200);
        const before = shown().length;
        const masked = await api.signIn((await api.user("auditor")).username);
        for (const path of ["/mappings", "/calls", "/calls/export.csv"])
          expect((await api.ask("GET", path, { cookie: masked })).status).to.equal(200);
        expect(shown()).to.have.length(before);
      } finally {
        await api.close();
      }
      const lookedUp = lines.find(({ message }) => message === "Real numbers looked up");
      expect(lookedUp?.fields).to.include({ actor: "key", name: "test", numberCount: 2 });
      for (const number of [real, caller, "79001112244"])
        expect(JSON.stringify(lines)).to.not.include(number);
    });
  });
});

/** In the notation of the log. */
function routeOf(operationId: string): { readonly method: string; readonly path: string } {
  for (const [path, item] of Object.entries(openApiDocument().paths ?? {}))
    for (const [method, operation] of Object.entries(item ?? {}))
      if ((operation as { readonly operationId?: string }).operationId === operationId)
        return { method: method.toUpperCase(), path: path.replaceAll(/\{(\w+)\}/g, ":$1") };
  throw new Error(`${operationId} is not documented.`);
}
