import Koa from "koa";

/** The limit for any route of ours: Koa with one middleware that answers the bytes it was started with. */

const body = process.env["BENCH_BODY"] ?? "";
const app = new Koa();
app.use((ctx) => {
  ctx.type = "application/json";
  ctx.body = body;
});
const server = app.listen(Number(process.env["BENCH_PORT"]), "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ ready: true, port: typeof address === "object" ? address?.port : null });
});
