import { expect } from "chai";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { loadSettings } from "../../../config/settings.ts";
import { type Application, startApplication } from "../../../src/app/application.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { freePort } from "../../support/freePort.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";
import { skipOrFail } from "../../support/requirements.ts";
import { until } from "../../support/until.ts";
import { goodPassword } from "../access/support.ts";

const shipped = fileURLToPath(new URL("../../../deploy/nginx/phone-proxy.conf", import.meta.url));
const nginx = "/usr/sbin/nginx";
const host = "phones.example.com";
/** The client's own, so that it differs from nginx's. */
const client = "127.0.0.9";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe("nginx in front of the application", function suite() {
  this.timeout(120_000);
  let folder = "";
  let ca = "";
  let port = 0;
  let server: ChildProcess | null = null;
  let application: Application | null = null;
  const { logger, lines } = recordingLogger();
  let cookie = "";

  const environment = (): Record<string, string> => ({
    ACCESS: "required",
    ROLE: "web",
    HTTP_PORT: "0",
    DATABASE_URL: join(folder, "test.sqlite"),
    SPOOL_DIR: join(folder, "spool"),
    UPLOAD_DIR: join(folder, "uploads"),
    PUBLIC_URL: `https://${host}`,
    TRUSTED_PROXIES: "127.0.0.1",
    DEFAULT_POOL: "74957000000-74957000099",
  });

  before(async function prepare() {
    if (!existsSync(nginx))
      spawnSync(
        "/bin/sh",
        ["-c", "apt-get update && apt-get install -y --no-install-recommends nginx-light"],
        {
          stdio: "ignore",
          env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        },
      );
    if (!existsSync(nginx)) skipOrFail(this, `there is no ${nginx}, and apt-get cannot install nginx`);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-nginx-"));
    const { ca: authority, cert, key } = makeCertificates(folder, `DNS:${host}`);
    ca = readFileSync(authority, "utf8");
    application = await startApplication(
      loadSettings({ environment: environment(), envFile: null, terminal: false }),
      { logger, exit: () => undefined },
    );
    port = await freePort();
    const redirecting = await freePort();
    const site = readFileSync(shipped, "utf8")
      .replace("server 127.0.0.1:8080;", `server ${new URL(application.url).host};`)
      .replaceAll(/^ *listen \[::\].*$/gm, "")
      .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
      .replace("listen 80;", `listen 127.0.0.1:${redirecting};`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${cert};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
      .replace("/var/log/nginx", folder);
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${join(folder, name)};`)
      .join("\n");
    mkdirSync(join(folder, "logs"));
    writeFileSync(
      join(folder, "nginx.conf"),
      `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;\n` +
        `events {}\nhttp {\naccess_log off;\n${places}\n${site}\n}\n`,
    );
    const test = spawnSync(nginx, ["-t", "-c", join(folder, "nginx.conf")], { encoding: "utf8" });
    expect(test.status, test.stderr).to.equal(0);
    expect(test.stderr).not.to.include("[warn]");
    server = spawn(nginx, ["-c", join(folder, "nginx.conf")], { stdio: "ignore" });
    await until(async () => (await ask("GET", "/session").catch(() => null))?.status === 200);
  });
  after(async () => {
    if (server !== null && server.exitCode === null) {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    }
    await application?.stop("the test is over");
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  function ask(
    method: string,
    path: string,
    { body, headers = {} }: { body?: string | Buffer; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: "127.0.0.1",
          port,
          localAddress: client,
          servername: host,
          ca,
          method,
          path,
          agent: false,
          headers: {
            Host: host,
            Origin: `https://${host}`,
            ...(cookie === "" ? {} : { Cookie: cookie }),
            ...headers,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.once("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
          response.once("error", reject);
        },
      );
      asked.once("error", reject);
      asked.end(body);
    });
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    ask("POST", path, {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    });
  const upload = (fill: number): Promise<Answer> => {
    const row = "79161234567,";
    const file = Buffer.concat([
      Buffer.from("phone,note\n"),
      Buffer.from(row),
      Buffer.alloc(1000, "x"),
      Buffer.from(`\n,${"y".repeat(1021)}\n`.repeat(Math.ceil(fill / 1024))),
    ]);
    const boundary = "----phone-proxy-test";
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="numbers.csv"\r\nContent-Type: text/csv\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return ask("POST", "/upload?dryRun=true&wait=0", {
      body,
      headers: {
        "Content-Type": `multipart/form-data; boundary=${boundary}`,
        "Content-Length": String(body.length),
      },
    });
  };

  it("signs people in over https, with a secure cookie and HSTS, from their own address", async () => {
    const link = (): string =>
      lines.map(({ fields }) => String(fields?.["address"])).find((line) => line.includes("/app/set-up#")) ??
      "";
    await until(() => link() !== "");
    expect(link()).to.match(new RegExp(`^https://${host}/`));
    const token = link().split("#")[1];
    expect((await post("/set-up", { token, username: "root", password: goodPassword })).status).to.equal(201);
    const forged = {
      "X-Forwarded-For": "203.0.113.7",
      "X-Real-IP": "203.0.113.7",
      Forwarded: "for=203.0.113.7;proto=http",
      "X-Forwarded-Proto": "http",
      "X-Forwarded-Host": "evil.example",
    };
    const signedIn = await post("/session", { username: "root", password: goodPassword }, forged);
    expect(signedIn.status, signedIn.text).to.be.below(300);
    expect(signedIn.headers["strict-transport-security"]).to.equal("max-age=31536000");
    expect(signedIn.headers["set-cookie"]?.[0]).to.match(/; secure/i);
    cookie = signedIn.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const sessions = await ask("GET", "/sessions", { headers: forged });
    expect(sessions.status).to.equal(200);
    expect(sessions.text).to.include(client).and.not.include("203.0.113.7");
  });

  it("serves the pages and the live board", async () => {
    const page = await ask("GET", "/app/");
    expect(page.status).to.be.oneOf([200, 302]);
    const socket = new WebSocket(`wss://127.0.0.1:${port}/live`, {
      agent: new Agent({ ca, servername: host }),
      headers: { Host: host, Origin: `https://${host}`, Cookie: cookie },
    });
    const [message] = await once(socket, "message");
    expect(String(message)).to.include("snapshot");
    socket.close();
    await once(socket, "close");
  });

  it("takes an upload of 50 MB, and refuses one that is too large", async () => {
    const taken = await upload(50_000_000);
    expect(taken.status, taken.text.slice(0, 500)).to.be.oneOf([200, 202]);
    const tooLarge = await ask("POST", "/upload", { headers: { "Content-Length": "200000000" } }).catch(
      (error: unknown) => error,
    );
    // nginx's own words, which the pages explain (HTTP_413).
    expect(tooLarge).to.include({ status: 413 });
  });

  it("keeps metrics and lookups from the public, however they are written", async () => {
    for (const path of [
      "/metrics",
      "/Metrics",
      "/lookup/real/74957000000",
      "/LOOKUP/fake/79161234567",
      "//lookup/real/74957000000",
      "/%6cookup/real/74957000000",
      "/x/../lookup/real/74957000000",
      "/metrics/",
    ])
      expect((await ask("GET", path)).status, path).to.equal(403);
    expect((await post("/lookup", { number: "74957000000" })).status).to.equal(403);
  });

  it("answers for the application while that is away, and logs no number", async () => {
    await application?.stop("the test goes on without it");
    application = null;
    const answer = await ask("GET", "/mappings?search=79161234567");
    expect(answer.status).to.equal(502);
    const log = readFileSync(join(folder, "phone-proxy.error.log"), "utf8");
    expect(log).not.to.include("79161234567").and.not.to.include("74957000000");
  });
});
