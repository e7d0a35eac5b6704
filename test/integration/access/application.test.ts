import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { WebSocket } from "ws";
import { loadSettings } from "../../../config/settings.ts";
import { startApplication } from "../../../src/app/application.ts";
import type { Application } from "../../../src/app/application.ts";
import type { Logger } from "../../../src/ops/types.ts";
import { redactFields } from "../../../src/ops/redact.ts";
import { until } from "../../support/until.ts";
import { goodPassword } from "./support.ts";

describe("The application with access required", function () {
  this.timeout(60_000);
  let folder: string;
  let application: Application;
  let lines: Record<string, unknown>[];

  async function start(access: string, more: Record<string, string> = {}): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), "access-"));
    lines = [];
    const write = (message: string, fields: Record<string, unknown> = {}): void => {
      lines.push({ message, ...redactFields(fields) });
    };
    const logger: Logger = {
      debug: write,
      info: write,
      warn: write,
      error: write,
      debugging: false,
      child: () => logger,
    };
    const settings = loadSettings({
      environment: {
        ACCESS: access,
        ROLE: "web",
        HTTP_PORT: "0",
        DATABASE_URL: join(folder, "test.sqlite"),
        SPOOL_DIR: join(folder, "spool"),
        UPLOAD_DIR: join(folder, "uploads"),
        ...more,
      },
      envFile: null,
      terminal: false,
    });
    application = await startApplication(settings, { logger, exit: () => undefined });
  }
  afterEach(async () => {
    await application.stop("the test is over");
    await rm(folder, { recursive: true });
  });

  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${application.url}${path}`, {
      method: "POST",
      headers: { Origin: application.url, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  /** The status of the response to the upgrade, and the code with which the socket is closed later. */
  async function watch(headers: Record<string, string>): Promise<{ status: number; socket: WebSocket }> {
    const socket = new WebSocket(`${application.url.replace("http", "ws")}/live`, { headers });
    socket.on("error", () => undefined);
    const status = await Promise.race([
      once(socket, "open").then(() => 101),
      once(socket, "unexpected-response").then(([, response]) => response.statusCode as number),
    ]);
    return { status, socket };
  }

  it("leads from the link in the log to the live board, and closes it at sign-out", async () => {
    await start("required");
    const link = (): string =>
      lines.map(({ address }) => String(address)).find((address) => address.includes("/app/set-up#")) ?? "";
    await until(() => link() !== "");
    expect(link().startsWith(`${application.url}/app/set-up#`)).to.equal(true);
    const token = link().split("#")[1];
    expect((await fetch(`${application.url}/mappings`)).status).to.equal(401);
    expect((await post("/set-up", { token, username: "root", password: goodPassword })).status).to.equal(201);
    const signedIn = await post("/session", { username: "root", password: goodPassword });
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    expect((await fetch(`${application.url}/mappings`, { headers: { Cookie: cookie } })).status).to.equal(
      200,
    );

    const own = { Cookie: cookie, Origin: application.url };
    expect((await watch({ ...own, Origin: "https://evil.example" })).status).to.equal(403);
    expect((await watch({ Origin: application.url })).status).to.equal(401);
    const { status, socket } = await watch(own);
    expect(status).to.equal(101);
    const closed = once(socket, "close");
    const signOut = await fetch(`${application.url}/session`, { method: "DELETE", headers: own });
    expect(signOut.status).to.equal(204);
    expect((await closed)[0]).to.equal(4403);
    expect(JSON.stringify(lines)).not.to.include(goodPassword).and.not.to.include(cookie.split("=")[1]);
  });

  it("warns at start if all clients on the network have full access, and only then", async () => {
    const warned = (): boolean => lines.some(({ message }) => String(message).includes("ACCESS=required"));
    await start("open", { HTTP_HOST: "0.0.0.0" });
    expect(warned()).to.equal(true);
    for (const [access, host] of [
      ["open", "127.0.0.1"],
      ["required", "0.0.0.0"],
    ] as const) {
      await application.stop("the next");
      await rm(folder, { recursive: true });
      await start(access, { HTTP_HOST: host });
      expect(warned(), `${access} ${host}`).to.equal(false);
    }
  });

  it("is unchanged while access is open", async () => {
    await start("open");
    await until(async () => (await fetch(`${application.url}/mappings`)).status === 200);
    const session = await (await fetch(`${application.url}/session`)).json();
    expect(session).to.include({ access: "open", setUpNeeded: false });
    expect((await post("/users", {})).status).to.equal(404);
    expect(lines.some(({ address }) => address !== undefined)).to.equal(false);
  });
});
