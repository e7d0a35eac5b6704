import { setTimeout as delay } from "node:timers/promises";
import { BenchmarkFailedError } from "../benchmark.ts";
import type { ApplicationProcess } from "./application.ts";

const password = "orchard velvet seven compass";
const username = "administrator";
const LINK_MS = 30_000;

/** An administrator of an application with `ACCESS=required`. */
interface Administrator {
  /** Value of the header `Cookie`, with the session. */
  readonly cookie: string;
  /** Value of the header `X-API-Key`. */
  keyWith(scopes: readonly string[]): Promise<string>;
  /** Creates another session of the same user, for a browser. */
  readonly credentials: { readonly username: string; readonly password: string };
}

interface Logging {
  readonly child: Pick<ApplicationProcess["child"], "output">;
  readonly port: number;
}

/** Makes the first administrator by the link that the application writes to its log, and signs in. */
export const setUpAdministrator = async ({ child, port }: Logging): Promise<Administrator> => {
  const link = /http:[^\s"]*\/app\/set-up#([^\s"]+)/;
  const deadline = Date.now() + LINK_MS;
  let found = link.exec(child.output());
  while (found === null) {
    if (Date.now() > deadline)
      throw new BenchmarkFailedError(`There is no link for the set-up in the log.\n${child.output()}`);
    await delay(50);
    found = link.exec(child.output());
  }
  const origin = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: object, cookie = ""): Promise<Response> => {
    const response = await fetch(`${origin}${path}`, {
      method: "POST",
      // Like a request from one of the application's pages; the server rejects others.
      headers: {
        "Content-Type": "application/json",
        Origin: origin,
        ...(cookie !== "" && { Cookie: cookie }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new BenchmarkFailedError(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  await post("/set-up", { token: decodeURIComponent(found[1] ?? ""), username, password });
  const session = await post("/session", { username, password });
  const cookie = session.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .join("; ");
  return {
    cookie,
    credentials: { username, password },
    keyWith: async (scopes) => {
      const made = await post("/api-keys", { name: "benchmark", scopes }, cookie);
      return ((await made.json()) as { readonly secret: string }).secret;
    },
  };
};
