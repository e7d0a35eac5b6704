import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabAddresses } from "../../lab/lab.ts";
import { callFile } from "../../lab/layout.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { startApplicationProcess } from "../support/application.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "../support/child.ts";
import { benchmarkNumbers } from "./numbers.ts";

export const wayNames = ["plain", "dialplan", "ariClient", "phoneProxy"] as const;
export type WayName = (typeof wayNames)[number];

export const wayTitles: Readonly<Record<WayName, string>> = {
  plain: "plain Dial(), number fixed",
  dialplan: "dialplan, ODBC lookup and log",
  ariClient: "ari-client, bridge and dial",
  phoneProxy: "phone-proxy",
};

/** One way to connect the same calls. */
export interface Way {
  readonly name: WayName;
  /** Prefix of the dialled numbers, from which the lab's context `incoming` selects the way. */
  readonly dialled: readonly string[];
  /** The controller; null if Asterisk connects the calls itself. */
  readonly controller: BenchmarkChild | null;
}

/** The Stasis application to which `incoming` sends calls with `*3`. */
const PEER_APPLICATION = "bench-ariclient";
const OUR_APPLICATION = "phone-proxy";

const asteriskEnvironment = (lab: LabAddresses): Record<string, string> => ({
  DATABASE_URL: lab.mysql.url,
  ASTERISK_URL: lab.ari.url,
  ASTERISK_USER: lab.ari.username,
  ASTERISK_PASSWORD: lab.ari.password,
  ASTERISK_CALL_FILE: callFile(),
});

/** Another controller of the same Stasis application, such as a demo or a test, would lose its calls to ours. */
export const refuseTaken = async (lab: LabAddresses): Promise<void> => {
  const response = await fetch(`${lab.ari.url}/ari/applications`, {
    headers: {
      authorization: `Basic ${Buffer.from(`${lab.ari.username}:${lab.ari.password}`).toString("base64")}`,
    },
  });
  const applications = (await response.json()) as readonly { readonly name: string }[];
  for (const name of [OUR_APPLICATION, PEER_APPLICATION])
    if (applications.some((application) => application.name === name))
      throw new BenchmarkFailedError(
        `Another process takes the calls of "${name}" on the lab's Asterisk: a demo, a test or another benchmark. Stop it first, or give this one a lab of its own (PHONE_PROXY_LAB_DIR and the ports).`,
      );
};

const startPeer = async (lab: LabAddresses): Promise<BenchmarkChild> => {
  const child = startChild(nodeCommand(fileURLToPath(new URL("ariClientPeer.ts", import.meta.url))), {
    environment: { ...asteriskEnvironment(lab), BENCH_APPLICATION: PEER_APPLICATION },
    messages: true,
  });
  await child.message((message) => (isReady(message) ? true : undefined), "The peer on ari-client", 30_000);
  return child;
};

const isReady = (message: unknown): boolean =>
  typeof message === "object" && message !== null && "ready" in message;

const startOurs = async (lab: LabAddresses, folder: string): Promise<BenchmarkChild> => {
  const { child } = await startApplicationProcess(folder, {
    ...asteriskEnvironment(lab),
    REDIS_URL: lab.redis.url,
    // The dialplan's fallback sends its lookups there.
    HTTP_PORT: String(lab.application.port),
  });
  return child;
};

interface Ways {
  readonly ways: readonly Way[];
  stop(): Promise<void>;
}

/** Starts the controllers that these ways need. Our application is first, because it creates the tables. */
export const startWays = async (lab: LabAddresses, names: readonly WayName[]): Promise<Ways> => {
  await refuseTaken(lab);
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const children: BenchmarkChild[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const keep = (child: BenchmarkChild): BenchmarkChild => {
    children.push(child);
    return child;
  };
  try {
    const application = keep(await startOurs(lab, folder));
    const peer = names.includes("ariClient") ? keep(await startPeer(lab)) : null;
    const controllers: Readonly<Record<WayName, BenchmarkChild | null>> = {
      plain: null,
      dialplan: null,
      ariClient: peer,
      phoneProxy: application,
    };
    const dialled: Readonly<Record<WayName, readonly string[]>> = {
      plain: benchmarkNumbers.map(({ real }) => `*1${real}`),
      dialplan: benchmarkNumbers.map(({ proxy }) => `*2${proxy}`),
      ariClient: benchmarkNumbers.map(({ proxy }) => `*3${proxy}`),
      phoneProxy: benchmarkNumbers.map(({ proxy }) => proxy),
    };
    return {
      ways: names.map((name) => ({ name, dialled: dialled[name], controller: controllers[name] })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
