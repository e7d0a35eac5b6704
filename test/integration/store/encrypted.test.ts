import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "mysql2/promise";
import type { LabAddresses } from "../../../lab/lab.ts";
import { labLayout } from "../../../lab/layout.ts";
import { createMysqlCopy } from "../../../src/store/mysqlCopy.ts";
import { createRedisLink } from "../../../src/store/redis.ts";
import { createStore } from "../../../src/store/store.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { freePort } from "../../support/freePort.ts";
import { ClientPrograms, mariaDbPrograms } from "../../support/clientPrograms.ts";
import { migratedLabDatabase } from "../../support/labDatabase.ts";
import { connectAsAdministrator } from "../../support/mysqlAdministrator.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

/** Where the lab's servers find the certificates, in their root folder. */
const inLab = "/var/lib/phone-proxy-test-certificates";

describe("Encrypted connections", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let folder = "";
  let ca = "";
  let otherCa = "";

  before(async function prepare() {
    lab = await labOrSkip(this);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-tls-"));
    const other = join(folder, "other");
    mkdirSync(other);
    otherCa = makeCertificates(other, "DNS:localhost").ca;
    ({ ca } = makeCertificates(folder, "DNS:localhost"));
    cpSync(folder, join(labLayout().root, inLab), { recursive: true });
    chmodSync(join(labLayout().root, inLab), 0o755);
  });
  after(() => {
    if (folder === "") return;
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(labLayout().root, inLab), { recursive: true, force: true });
  });

  describe("to MySQL", () => {
    let admin: Connection;

    before(async () => {
      await migratedLabDatabase(lab);
      admin = await connectAsAdministrator();
      await admin.query(
        `SET GLOBAL ssl_ca='${inLab}/ca.pem', GLOBAL ssl_cert='${inLab}/server.pem', GLOBAL ssl_key='${inLab}/server.key';` +
          "ALTER INSTANCE RELOAD TLS",
      );
    });
    after(async () => {
      if (admin === undefined) return;
      await admin.query(
        "SET GLOBAL ssl_ca='ca.pem', GLOBAL ssl_cert='server-cert.pem', GLOBAL ssl_key='server-key.pem'; ALTER INSTANCE RELOAD TLS",
      );
      await admin.end();
    });

    /** The cipher of a store's connection, or why there is none. */
    async function cipherAt(host: string, parameters: string): Promise<string> {
      const url = new URL(`${lab.mysql.url}${parameters}`);
      url.hostname = host;
      const store = createStore({
        address: { kind: "mysql", url: url.href, poolSize: 1 },
        logger: silentLogger,
      });
      store.open();
      try {
        await until(() => store.health.status === "up" || store.health.detail.includes("("));
        if (store.health.status !== "up") return store.health.detail;
        const rows: { Value: string }[] = await store.read((manager) =>
          manager.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'"),
        );
        return rows[0]?.Value ?? "unknown";
      } finally {
        await store.close();
      }
    }

    it("are made as the URL says, and refused for a certificate of another authority or host", async () => {
      expect(await cipherAt("127.0.0.1", "")).to.equal("");
      expect(await cipherAt("127.0.0.1", "?tls=require")).to.match(/^TLS_AES/);
      expect(await cipherAt("localhost", `?tls=verify&ca=${ca}`)).to.match(/^TLS_AES/);
      const refused =
        /unavailable \(HANDSHAKE_SSL_ERROR: its certificate is from an unknown authority: name it with ca=\)\./;
      expect(await cipherAt("localhost", `?tls=verify&ca=${otherCa}`)).to.match(refused);
      expect(await cipherAt("localhost", "?tls=verify")).to.match(refused);
      // Another name of the same server, which is not in its certificate.
      expect(await cipherAt("localhost.", `?tls=verify&ca=${ca}`)).to.match(/unavailable/);
    });

    describe("of the programs that back MySQL up", () => {
      const path = process.env["PATH"] ?? "";
      let mariaDb: ReturnType<typeof mariaDbPrograms>;

      before(function prepare() {
        mariaDb = mariaDbPrograms(this);
      });
      afterEach(() => {
        process.env["PATH"] = path;
      });

      for (const vendor of ["MySQL", "MariaDB"] as const)
        it(`are made by ${vendor}'s as the URL says, and refused like those of the application`, async () => {
          const programs = new ClientPrograms(join(folder, vendor), vendor, mariaDb);
          process.env["PATH"] = programs.folder;
          /** The last words of a dump, or why there is none. */
          async function dumpFrom(host: string, parameters: string): Promise<string> {
            const url = new URL(`${lab.mysql.url}${parameters}`);
            url.hostname = host;
            const scratch = mkdtempSync(join(folder, "scratch-"));
            try {
              const { stream, done } = await createMysqlCopy(url.href, scratch).read();
              let text = "";
              for await (const chunk of stream) text = (text + String(chunk)).slice(-200);
              await done;
              return text;
            } catch (error) {
              return String(error);
            }
          }
          const dumped = /Dump completed/;
          const refused = /certificate|HANDSHAKE_SSL_ERROR/i;
          expect(await dumpFrom("127.0.0.1", "")).to.match(dumped);
          expect(await dumpFrom("127.0.0.1", "?tls=require")).to.match(dumped);
          expect(await dumpFrom("localhost", `?tls=verify&ca=${ca}`)).to.match(dumped);
          expect(await dumpFrom("localhost", `?tls=verify&ca=${otherCa}`)).to.match(refused);
          expect(await dumpFrom("localhost", "?tls=verify")).to.match(refused);

          // A server without encryption.
          await admin.query("SET GLOBAL tls_version=''; ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR");
          try {
            expect(await dumpFrom("127.0.0.1", "?tls=require")).to.match(/secure connection|SSL/);
            expect(await dumpFrom("localhost", `?tls=verify&ca=${ca}`)).to.match(/secure connection|SSL/);
            expect(await dumpFrom("127.0.0.1", "")).to.match(dumped);
          } finally {
            await admin.query("SET GLOBAL tls_version=DEFAULT; ALTER INSTANCE RELOAD TLS");
          }
        });
    });
  });

  describe("to Redis", () => {
    let server: ChildProcess | null = null;

    after(async () => {
      if (server === null || server.exitCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    });

    it("are made with rediss://, and refused for a certificate of another authority or host", async () => {
      const port = await freePort();
      const files = ["ca-cert", "cert", "key"].map((name, index) => [
        `--tls-${name}-file`,
        `${inLab}/${["ca.pem", "server.pem", "server.key"][index] ?? ""}`,
      ]);
      const options = ["--port", "0", "--tls-port", String(port), "--bind", "127.0.0.1", "--save", ""];
      server = spawn(
        "chroot",
        [labLayout().root, "redis-server", ...options, ...files.flat(), "--tls-auth-clients", "no"],
        { stdio: "ignore" },
      );
      const stateAt = async (url: string): Promise<string> => {
        const link = createRedisLink({ url, role: "test", logger: silentLogger });
        link.open();
        try {
          await until(() => link.up || /: [A-Z_]+/.test(link.health.detail));
          return link.up ? "up" : link.health.detail;
        } finally {
          link.close();
        }
      };
      await until(async () => !(await stateAt(`rediss://localhost:${port}?tls=require`)).includes("REFUSED"));
      expect(await stateAt(`rediss://127.0.0.1:${port}/1?tls=require`)).to.equal("up");
      expect(await stateAt(`rediss://localhost:${port}?ca=${ca}`)).to.equal("up");
      expect(await stateAt(`rediss://127.0.0.1:${port}?ca=${ca}`)).to.include("ERR_TLS_CERT_ALTNAME_INVALID");
      expect(await stateAt(`rediss://localhost:${port}?ca=${otherCa}`)).to.match(
        /UNABLE_TO_VERIFY|SELF_SIGNED/,
      );
      expect(await stateAt(`rediss://localhost:${port}`)).to.match(/UNABLE_TO_VERIFY|SELF_SIGNED/);
    });
  });
});
