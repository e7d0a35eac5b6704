import { expect } from "chai";
import type { Context } from "koa";
import { createAnswerCheck } from "../../support/apiDocument.ts";

/** The error reported for a response; null if there is none. */
async function saidOf(answer: {
  readonly method?: string;
  readonly path: string;
  readonly status: number;
  readonly type?: string;
  readonly body?: unknown;
}): Promise<string | null> {
  const check = createAnswerCheck();
  const req = { url: answer.path };
  const ctx: unknown = { method: "GET", type: "application/json", req, ...answer };
  await check.middleware(ctx as Parameters<typeof check.middleware>[0] & Context, async () => undefined);
  try {
    check.assertAllDocumented();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("The check of responses against the OpenAPI document", () => {
  const blocked = { number: "79580000001", note: null, blockedAt: "2026-11-23T06:00:00.000Z" };
  const page = { path: "/pools/17/blocked", status: 200, body: { items: [blocked], next: null } };
  const problem = { status: 418, code: "TEAPOT", detail: "A teapot." };

  it("accepts documented responses", async () => {
    expect(await saidOf(page)).to.equal(null);
    const refusal = { path: "/pools/17", status: 418, type: "application/problem+json" };
    expect(await saidOf({ ...refusal, body: JSON.stringify(problem) })).to.equal(null);
    expect(await saidOf({ method: "DELETE", path: "/pools/17", status: 204, type: "" })).to.equal(null);
  });

  it("names undocumented ones", async () => {
    expect(await saidOf({ ...page, body: { items: [{ ...blocked, note: 7 }], next: null } })).to.include(
      "items.0.note",
    );
    expect(await saidOf({ ...page, body: { ...page.body, more: 1 } })).to.include("not documented");
    expect(await saidOf({ ...page, status: 201 })).to.include("201");
    expect(await saidOf({ ...page, type: "text/html" })).to.include("text/html");
    expect(await saidOf({ ...page, path: "/nowhere" })).to.include("/nowhere");
    expect(await saidOf({ method: "DELETE", path: "/pools/17", status: 204, body: {} })).to.include("body");
    expect(await saidOf({ path: "/pools/17", status: 404, body: problem })).to.include("problem+json");
  });
});
