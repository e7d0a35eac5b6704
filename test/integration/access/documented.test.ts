import { expect } from "chai";
import { documented } from "../../support/apiDocument.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { goodPassword, startAccessApi } from "./support.ts";
import type { AskOptions, TestAccess } from "./support.ts";

describe("Responses of sign-in and administration", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestAccess;
    beforeEach(async () => {
      api = await startAccessApi((await open()).store);
    });
    afterEach(() => api.close());

    /** Sends a request and validates the response against the OpenAPI document. `template` is the documented path. */
    async function ask(
      method: string,
      template: string,
      expected: number,
      request: AskOptions & { readonly id?: unknown } = {},
    ): Promise<Record<string, unknown>> {
      const path = template.replaceAll(/\{\w+\}/g, String(request.id));
      const { status, body } = await api.ask(method.toUpperCase(), path, request);
      expect(status, `${method} ${path} ${JSON.stringify(body)}`).to.equal(expected);
      if (status === 204) return {};
      const checked = documented(method, template, status).safeParse(body);
      expect(checked.error?.issues ?? [], `${method} ${template}`).to.deep.equal([]);
      return body;
    }

    it("match the OpenAPI document, from set-up to sign-out", async () => {
      let token = "";
      await api.access.open((made) => {
        token = made;
      });
      await ask("get", "/session", 200);
      await ask("post", "/set-up", 400, { body: {} });
      await ask("post", "/set-up", 410, { body: { token: "x", username: "root", password: goodPassword } });
      await ask("post", "/set-up", 201, { body: { token, username: "root", password: goodPassword } });
      await ask("post", "/session", 401, { body: { username: "root", password: "x" } });
      await ask("post", "/session", 200, { body: { username: "root", password: goodPassword } });
      const cookie = await api.signIn("root");
      await ask("get", "/session", 200, { cookie });
      await ask("get", "/roles", 200, { cookie });
      await ask("get", "/account/sessions", 200, { cookie });
      await ask("post", "/account/sessions/end-others", 204, { cookie });
      await ask("post", "/account/totp", 200, { cookie, body: { password: goodPassword } });
      await ask("post", "/account/totp/confirm", 403, { cookie, body: { code: "000000" } });
      await ask("post", "/account/totp/stop", 204, { cookie, body: { password: goodPassword } });

      const newUser = { username: "Anna", displayName: "Anna", role: "operator" };
      const made = await ask("post", "/users", 201, { cookie, body: newUser });
      await ask("post", "/users", 409, { cookie, body: newUser });
      await ask("get", "/users", 200, { cookie });
      const { id } = made["user"] as { id: number };
      await ask("get", "/users/{id}", 200, { cookie, id });
      await ask("get", "/users/{id}", 404, { cookie, id: 999_999 });
      await ask("patch", "/users/{id}", 200, { cookie, id, body: { role: "auditor" } });
      const { token: again } = await ask("post", "/users/{id}/invitation", 201, { cookie, id });
      const first = (made["invitation"] as { token: string }).token;
      await ask("post", "/invitations", 410, { body: { token: first, password: goodPassword } });
      await ask("post", "/invitations", 200, { body: { token: again, password: goodPassword } });
      await ask("delete", "/users/{id}/totp", 204, { cookie, id });
      await api.signIn("anna");
      await ask("get", "/sessions", 200, { cookie });
      const [annas] = await api.access.sessions.list(id);
      await ask("delete", "/sessions/{id}", 204, { cookie, id: annas?.id });
      await ask("delete", "/users/{id}", 204, { cookie, id });

      const { key } = await ask("post", "/api-keys", 201, {
        cookie,
        body: { name: "k", scopes: ["calls.read"] },
      });
      await ask("get", "/api-keys", 200, { cookie });
      await ask("delete", "/api-keys/{id}", 204, { cookie, id: (key as { id: number }).id });
      await ask("delete", "/api-keys/{id}", 404, { cookie, id: 999_999 });
      const rule = await ask("post", "/ip-rules", 201, {
        cookie,
        body: { purpose: "lookups", network: "10.0.0.0/8" },
      });
      await ask("get", "/ip-rules", 200, { cookie });
      await ask("delete", "/ip-rules/{id}", 204, { cookie, id: rule["id"] });
      await ask("get", "/audit", 200, { cookie });
      await ask("post", "/mappings/{id}/reveal", 404, { cookie, id: 1 });
      const changed = { current: goodPassword, next: "vier gelbe Birnen im Garten" };
      await ask("put", "/account/password", 403, { cookie, body: { ...changed, current: "x" } });
      await ask("delete", "/session", 204, { cookie });
      await ask("get", "/account/sessions", 401, { cookie });
      await ask("delete", "/session", 401, { cookie });
    });
  });
});
