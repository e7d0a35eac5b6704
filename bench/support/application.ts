import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BenchmarkFailedError } from "../benchmark.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "./child.ts";

export interface ApplicationProcess {
  readonly child: BenchmarkChild;
  readonly port: number;
}

const READY_MS = 60_000;

/** /health is healthy even without a database or Redis, which connect a moment later, so all parts must be up. */
const hasEverything = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    const { status } = (await response.json()) as { readonly status: string };
    return status === "up";
  } catch {
    return false;
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("A TCP server without a port.");
  return address.port;
};

/**
 * The application, as with `npm start`, in its own folder, so that no .env file and no data of the checkout affect the
 * result. Resolves when all of its parts are up.
 */
export const startApplicationProcess = async (
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<ApplicationProcess> => {
  await mkdir(folder, { recursive: true });
  const port = Number(settings["HTTP_PORT"] ?? (await freePort()));
  const child = startChild(nodeCommand(fileURLToPath(new URL("../../src/main.ts", import.meta.url))), {
    cwd: folder,
    environment: {
      SPOOL_DIR: join(folder, "spool"),
      NODE_NAME: "benchmark",
      LOG_FORMAT: "json",
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: String(port),
      ...settings,
    },
  });
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (await hasEverything(port)) return { child, port };
    const end = child.exited();
    if (end !== null || Date.now() > deadline) {
      await child.stop();
      throw new BenchmarkFailedError(
        `The application ${end === null ? "did not become healthy in time" : `ended with ${end}`}.\n${child.output()}`,
      );
    }
    await delay(100);
  }
};
