import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { expect } from "chai";
import Koa from "koa";
import { z } from "zod";
import { VirtualClock } from "../../../lab/simulated/index.ts";
import { createBodyReader } from "../../../src/http/server/body.ts";
import { answerProblems } from "../../../src/http/server/middleware.ts";
import { startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

describe("The body of a request", () => {
  let clock: VirtualClock;
  let http: HttpServer;
  let socket: Socket;
  let answer: string;
  let reading: number;

  beforeEach(async () => {
    clock = new VirtualClock();
    reading = 0;
    const bodies = createBodyReader(clock);
    const app = new Koa();
    app.use(answerProblems(silentLogger));
    app.use(async (ctx) => {
      reading += 1;
      ctx.body = await bodies.json(ctx, z.strictObject({ text: z.string() }), 1_000_000);
    });
    http = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
    socket = connect({ port: Number(new URL(http.url).port), host: "127.0.0.1" });
    answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
    await once(socket, "connect");
  });
  afterEach(async () => {
    socket.destroy();
    await http.close(0);
  });

  async function begin(bytes: number): Promise<void> {
    socket.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
        `Content-Length: ${bytes}\r\n\r\n{"text":`,
    );
    await until(() => reading === 1 && clock.pending === 1);
  }

  it("may take 60 seconds to arrive", async () => {
    await begin(14);
    await clock.advance(59_999);
    socket.write('"all"}');
    await until(() => answer.endsWith('{"text":"all"}'));
    expect(answer).to.match(/^HTTP\/1\.1 200 /);
    expect(clock.pending).to.equal(0);
  });

  for (const [size, bytes] of [
    ["small", 100],
    ["large", 500_000],
  ] as const) {
    it(`is refused when it has not arrived by then, if it is ${size}, and its connection is closed`, async () => {
      await begin(bytes);
      await clock.advance(59_999);
      expect(answer).to.equal("");
      const closed = once(socket, "close");
      await clock.advance(1);
      await until(() => answer.includes("BODY_TOO_SLOW"));
      expect(answer)
        .to.match(/^HTTP\/1\.1 408 /)
        .and.include("did not arrive within 60 seconds");
      await closed;
      expect(clock.pending).to.equal(0);
    });
  }
});
