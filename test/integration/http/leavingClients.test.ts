import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";
import type { LogLine } from "../../support/recordingLogger.ts";
import { until } from "../../support/until.ts";

const boundary = "----form";
const head = (method: string, path: string, ...more: string[]): string =>
  [`${method} ${path} HTTP/1.1`, "Host: localhost", ...more, "", ""].join("\r\n");

describe("Clients that do not speak HTTP as they should", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: TestApi;
    let lines: LogLine[];
    let socket: Socket;
    let answer: string;

    beforeEach(async () => {
      ({ store } = await open());
      const recording = recordingLogger({ debugging: true });
      ({ lines } = recording);
      api = await startApi(store, { logger: recording.logger });
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000099") },
      ]);
      await connected();
    });
    afterEach(async () => {
      socket.destroy();
      await api.close();
    });

    async function connected(): Promise<void> {
      const { port, hostname } = new URL(api.http.url);
      socket = connect({ port: Number(port), host: hostname });
      socket.on("error", () => undefined);
      answer = "";
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
      await once(socket, "connect");
    }

    const logged = (route: string): LogLine | undefined =>
      lines.find(({ message, fields }) => message === "Request" && fields?.["route"] === route);
    const complaints = (): LogLine[] => lines.filter(({ level }) => level === "error" || level === "warn");

    describe("that leave in the middle", () => {
      const bodies = {
        "/mappings/search": head(
          "POST",
          "/mappings/search",
          "Content-Type: application/json",
          "Content-Length: 1000",
        ),
        "/pools": head("POST", "/pools", "Content-Type: application/json", "Content-Length: 9000"),
        "/export/csv": head(
          "POST",
          "/export/csv",
          "Content-Type: application/x-www-form-urlencoded",
          "Transfer-Encoding: chunked",
        ),
        "/upload": `${head(
          "POST",
          "/upload",
          `Content-Type: multipart/form-data; boundary=${boundary}`,
          "Content-Length: 900000",
        )}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nphone\r\n7900`,
      };
      for (const [route, text] of Object.entries(bodies)) {
        it(`of the body of ${route} count as 499, and write no error`, async () => {
          const received = new Promise((resolve) => {
            api.http.server.once("request", resolve);
          });
          socket.write(text);
          await received;
          socket.destroy();
          await until(() => logged(route) !== undefined);
          expect(logged(route)?.fields).to.include({ status: 499 });
          expect(complaints()).to.deep.equal([]);
          expect((await api.get("/health")).status).to.equal(200);
        });
      }

      it("of an answer count as 499, and write no error", async function leaves() {
        this.timeout(200_000);
        // More than the buffers of both sockets hold, which a busy machine may have filled before we leave.
        const row = (n: number): string =>
          `('${79_000_000_000 + n}', '${70_001_000_000 + n}', '${"x".repeat(190)}')`;
        for (let from = 0; from < 60_000; from += 2000) {
          const rows = Array.from({ length: 2000 }, (_, index) => row(from + index));
          // A transaction for each: the store ends one that takes too long, and a busy machine needs a while for all.
          await store.transaction((manager) =>
            manager.query(`INSERT INTO phone_mappings (real_phone, fake_phone, label) VALUES ${rows.join()}`),
          );
        }
        // The server has a time limit for a connection without a request.
        socket.destroy();
        await connected();
        socket.pause();
        socket.write(head("GET", "/export/csv"));
        await until(() => socket.bytesRead > 0 || socket.readableLength > 0);
        socket.destroy();
        await until(() => logged("/export/csv") !== undefined, { timeoutMs: 120_000 });
        expect(logged("/export/csv")?.fields).to.include({ status: 499 });
        expect(complaints()).to.deep.equal([]);
      });
    });

    const improper = [
      "//",
      "//evil.example/mappings",
      "/mappings/%",
      "/mappings/%zz",
      "/mappings/%ff",
      "/mappings?label=%a",
      "/mappings\\1",
      "/mappings#1",
      "/mappings?label=\u00e4",
      "*",
      "http://localhost//",
      "http://localhost/%c3%28",
      "http://[::1/mappings",
      "ftp://localhost/mappings",
    ];
    it("get 400 for a malformed target, and 400 for an upgrade to one", async () => {
      for (const target of improper) {
        for (const more of [[], ["Connection: Upgrade", "Upgrade: websocket"]]) {
          await connected();
          socket.write(head("GET", target, ...more), "latin1");
          await until(() => answer.includes("\r\n\r\n"));
          expect(answer.split("\r\n")[0], target).to.match(/^HTTP\/1\.1 400 /);
          socket.destroy();
        }
      }
      for (const target of ["/mappings?label=%D0%90", "http://localhost/mappings", "/mappings?label=a//b"]) {
        await connected();
        socket.write(head("GET", target, "Connection: close"));
        await until(() => answer.includes("\r\n\r\n"));
        expect(answer, target).to.match(/^HTTP\/1\.1 200 /);
      }
      expect(complaints()).to.deep.equal([]);
    });

    it("may send a file without its type, and a field with one", async () => {
      const send = async (parts: readonly string[]): Promise<string> => {
        await connected();
        const body = [...parts.map((part) => `--${boundary}\r\n${part}\r\n`), `--${boundary}--\r\n`].join("");
        socket.write(
          head(
            "POST",
            "/upload",
            `Content-Type: multipart/form-data; boundary=${boundary}`,
            `Content-Length: ${body.length}`,
            "Connection: close",
          ) + body,
        );
        await once(socket, "close");
        return answer;
      };
      const file =
        'Content-Disposition: form-data; name="file"; filename="numbers.csv"\r\n\r\nphone;x\r\n79001112233;1';
      expect(await send([file]))
        .to.match(/^HTTP\/1\.1 200 /)
        .and.include("numbers.csv");
      const unnamed = file.replace('; filename="numbers.csv"', "").replace("2233", "2244");
      expect(await send([unnamed]))
        .to.match(/^HTTP\/1\.1 200 /)
        .and.include("79001112244");
      const choices =
        'Content-Disposition: form-data; name="choices"\r\nContent-Type: application/json\r\n\r\n{"delimiter":';
      expect(await send([choices, file]))
        .to.match(/^HTTP\/1\.1 400 /)
        .and.include("CHOICES_INVALID");
    });
  });
});
