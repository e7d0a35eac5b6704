import Koa from "koa";

/** The upper limit for our routes: Koa with one middleware that responds with fixed bytes. */

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
