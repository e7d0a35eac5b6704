import type { Browser } from "playwright-core";
import type { Role } from "../../../src/access/rules/rights.ts";
import { until } from "../../support/until.ts";
import { view, type Viewer, type Viewing } from "./browser.ts";
import type { WebSystem } from "./webSystem.ts";

export const password = "orchard velvet seven compass";
const setUpLink = /http:[^\s"]*\/app\/set-up#([^\s"]+)/;

/** For `WebSystem.startOrSkip`: requires sign-in, without rate limits. */
export const accessSettings = {
  ACCESS: "required",
  SIGN_INS_PER_FIVE_MINUTES: "0",
  ADDRESS_REQUESTS_PER_MINUTE: "0",
  USER_REQUESTS_PER_MINUTE: "0",
} as const;

/** The users of a system with sign-in. Each is named after its role. */
export class People {
  readonly #system: WebSystem;
  /** The administrator's headers, for requests of tests to the API. */
  headers: Readonly<Record<string, string>>;

  private constructor(system: WebSystem) {
    this.#system = system;
    // Like our own pages; other origins cannot change anything.
    this.headers = { Origin: system.url };
  }

  /** Creates the administrator with the link from the log. */
  static async setUp(system: WebSystem): Promise<People> {
    const people = new People(system);
    await until(() => setUpLink.test(system.application.output), { everyMs: 100 });
    const token = decodeURIComponent(setUpLink.exec(system.application.output)?.[1] ?? "");
    await people.post("/set-up", { token, username: "administrator", password });
    const response = await people.post("/session", { username: "administrator", password });
    const cookie = response.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
    people.headers = { ...people.headers, Cookie: cookie.join("; ") };
    // The default pool is created meanwhile.
    const pooled = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/pools`, { headers: people.headers });
      return answer.ok && ((await answer.json()) as { readonly items: readonly unknown[] }).items.length > 0;
    };
    await until(pooled, { everyMs: 100 });
    return people;
  }

  async add(role: Role): Promise<void> {
    const created = await this.post("/users", { username: role, displayName: role, role });
    const { invitation } = (await created.json()) as { readonly invitation: { readonly token: string } };
    await this.post("/invitations", { token: invitation.token, password });
  }

  /** Sends a request of the administrator; throws on an error status. */
  async post(path: string, body: object): Promise<Response> {
    const response = await fetch(`${this.#system.url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...this.headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
    return response;
  }

  /** A signed-in user with this role, by default on the start page. */
  async signIn(browser: Browser, role: Role, viewing: Viewing & { readonly path?: string } = {}) {
    const viewer = await view(browser, `${this.#system.url}${viewing.path ?? "/"}`, viewing);
    await typeCredentials(viewer, role);
    await viewer.page.getByRole("navigation").first().waitFor();
    return viewer;
  }
}

export async function typeCredentials({ page }: Viewer, username: string): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[type="password"]').fill(password);
  await page.keyboard.press("Enter");
}
