import { fileURLToPath } from "node:url";
import { has } from "../controller/messages.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "../support/child.ts";

/** Starts the upper limit for our routes in its own process: Koa with one middleware that responds with these bytes. */
export const startBareKoa = async (body: string): Promise<{ child: BenchmarkChild; port: number }> => {
  const child = startChild(nodeCommand(fileURLToPath(new URL("bareKoa.ts", import.meta.url))), {
    messages: true,
    environment: { BENCH_BODY: body, BENCH_PORT: "0" },
  });
  const port = await child.message(
    (message) => (has(message, "port") ? Number(message.port) : undefined),
    "The bare Koa",
    30_000,
  );
  return { child, port };
};
