import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { LabAddresses } from "../../lab/lab.ts";
import { callFile } from "../../lab/layout.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { startApplicationProcess } from "../support/application.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "../support/child.ts";
import { forgetApplication, globalVariable, hasApplication } from "./asterisk.ts";
import type { Trunks } from "./variants.ts";

/** The Stasis application to which the lab's `incoming` sends calls with `*3`. */
const PEER_APPLICATION = "bench-ariclient";
const OUR_APPLICATION = "phone-proxy";

/** The name of the outbound trunk, which decides whether our application finds endpoints to take in turn. */
export const outboundTrunk: Readonly<Record<Trunks, string>> = { whole: "trunk-out-w", split: "trunk-out" };

const environment = (lab: LabAddresses): Record<string, string> => ({
  DATABASE_URL: lab.mysql.url,
  DATABASE_MIGRATIONS_URL: lab.mysql.migrationsUrl,
  ASTERISK_URL: lab.ari.url,
  ASTERISK_USER: lab.ari.username,
  ASTERISK_PASSWORD: lab.ari.password,
  ASTERISK_CALL_FILE: callFile(),
});

const LEASE_RENEWED_WITHIN_MS = 1_500;

/** An active controller of ours renews its lease. Asterisk may go on listing the application of one that has ended. */
const isLed = async (lab: LabAddresses): Promise<boolean> => {
  const lease = (): Promise<string> => globalVariable(lab, "PP_LEASE");
  const before = await lease();
  await delay(LEASE_RENEWED_WITHIN_MS);
  return (await lease()) !== before;
};

/** Another controller of the same Stasis application, such as a demo or a test, would lose its calls to ours. */
export const refuseTaken = async (lab: LabAddresses): Promise<void> => {
  if ((await hasApplication(lab, PEER_APPLICATION)) || (await isLed(lab)))
    throw new BenchmarkFailedError(
      "Another process takes calls on the lab's Asterisk: a demo, a test or another benchmark. Stop it first, or give this one a lab of its own (PHONE_PROXY_LAB_DIR and the ports).",
    );
};

const isReady = (message: unknown): boolean =>
  typeof message === "object" && message !== null && "ready" in message;

export const startPeer = async (lab: LabAddresses): Promise<BenchmarkChild> => {
  const child = startChild(nodeCommand(fileURLToPath(new URL("ariClientPeer.ts", import.meta.url))), {
    environment: { ...environment(lab), BENCH_APPLICATION: PEER_APPLICATION },
    messages: true,
  });
  await child.message((message) => (isReady(message) ? true : undefined), "The peer on ari-client", 30_000);
  return child;
};

/** Resolves when it is active, and has stored the records of calls that the fallback connected without it. */
export const startOurs = async (
  lab: LabAddresses,
  folder: string,
  connect: "dial" | "bridge",
  trunks: Trunks,
): Promise<BenchmarkChild> => {
  const { child } = await startApplicationProcess(folder, {
    ...environment(lab),
    REDIS_URL: lab.redis.url,
    // The dialplan's fallback sends its lookups there.
    HTTP_PORT: String(lab.application.port),
    CONNECT: connect,
    OUTBOUND_TRUNK: outboundTrunk[trunks],
  });
  try {
    await untilCollected();
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
};

/** Resolves when Asterisk does no more work for it, even if it could not end its subscriptions. */
export const stopOurs = async (lab: LabAddresses, child: BenchmarkChild): Promise<void> => {
  await child.stop();
  await forgetApplication(lab, OUR_APPLICATION);
};

const COLLECTED_WITHIN_MS = 30_000;

/** The application takes Asterisk's file of calls aside and removes it when the database has everything in it. */
const untilCollected = async (): Promise<void> => {
  const file = callFile();
  const deadline = Date.now() + COLLECTED_WITHIN_MS;
  for (;;) {
    const left = (await readdir(dirname(file))).filter(
      (name) => name === basename(file) || name.startsWith(`${basename(file)}.taken-`),
    );
    if (left.length === 0) return;
    if (Date.now() > deadline)
      throw new BenchmarkFailedError(
        `Our application does not collect ${join(dirname(file), left[0] ?? "")}.`,
      );
    await delay(100);
  }
};
