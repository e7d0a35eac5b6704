import { readdirSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import fc from "fast-check";
import type { Store } from "../../../src/store/types.ts";
import { startGuardedApi } from "../../integration/access/support.ts";
import type { GuardedApi } from "../../integration/access/support.ts";
import { until } from "../until.ts";
import { furnish, refurnish } from "./furnish.ts";
import { hostileRequests } from "./hostileRequests.ts";
import type { HostileRequest } from "./hostileRequests.ts";
import { documentedOperations, nameOf } from "./jsonSchema.ts";
import { sendersTo } from "./senders.ts";
import type { Sender } from "./senders.ts";

/** They need a secret, a live call, an Asterisk, or a WebSocket, which no request can guess. */
const neverDone: ReadonlySet<string> = new Set([
  "GET /live",
  "POST /account/totp/confirm",
  "POST /account/totp/recovery-codes",
  "POST /calls/{callId}/hangup",
  "GET /test-calls/{callId}",
  "POST /invitations",
  "POST /invitations/read",
  "POST /mappings/{id}/test-call",
  "POST /set-up",
]);
/** With so many requests, half of the other operations succeed at least once, or all of them. */
const [enoughForHalf, enoughForAll] = [400, 30_000];
const atOnce = 8;
const mostHeapGrowth = 40 * 2 ** 20;
/** How late timers may be without anything to do. */
const restMs = 20;
/** No request may take longer, the ones on a busy machine included. */
const patienceMs = 60_000;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Timers that keep the process busy. */
const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

/** How late the event loop is, in the middle of some turns. */
async function loopDelayMs(): Promise<number> {
  const delays: number[] = [];
  for (let turn = 0; turn < 21; turn++) {
    const dueMs = performance.now() + 5;
    await sleep(5);
    delays.push(performance.now() - dueMs);
  }
  return delays.toSorted((one, other) => one - other)[10] ?? 0;
}

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/**
 * Sends requests of a seed, as every kind of viewer. Throws unless each is answered as the document of the API says,
 * never with an internal error, and descriptors, timers, heap, and the delay of the event loop return to where they were.
 */
export async function fuzz(
  store: Store,
  { seed, requests }: { readonly seed: number; readonly requests: number },
) {
  const api = await startGuardedApi(store);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const senders = await sendersTo(api);
    await furnish(api, store);
    const statuses = new Map<number, number>();
    /** Operations that have done what a request asked for. */
    const done = new Set<string>();
    const send = async (asked: readonly HostileRequest[], from: number): Promise<void> => {
      const queue = [...asked.entries()];
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            const [index, one] = next;
            const sender = senders[(from + index) % senders.length];
            if (sender === undefined) throw new Error("There are no senders.");
            const status = await statusOf(api, agent, one, sender);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            if (status < 400) done.add(one.operation);
            if (status === 500 || status === 501 || status === 502)
              throw new Error(`${status} for ${sender.name}: ${JSON.stringify(one).slice(0, 2000)}`);
          }
        }),
      );
    };
    // What is loaded with the first requests stays.
    await send(fc.sample(hostileRequests, { seed: seed + 1, numRuns: 200 }), 0);
    // Connections of the database stay, too, as many as were ever needed at once.
    const { limit = 0 } = store.connections ?? {};
    await Promise.all(
      Array.from({ length: limit }, () => store.read((manager) => manager.query("SELECT 1"))),
    );
    const settled = async (): Promise<void> => {
      agent.destroy();
      await until(async () => (await openConnections(api)) === 0, { timeoutMs: patienceMs });
    };
    await settled();
    const [descriptors, timersBefore, heap] = [openDescriptors(), timers(), heapBytes()];
    const delayBeforeMs = await loopDelayMs();
    for (let sent = 0; sent < requests; sent += 1000) {
      await refurnish(api);
      const numRuns = Math.min(1000, requests - sent);
      await send(fc.sample(hostileRequests, { seed: seed + 2 + sent, numRuns }), sent);
    }
    expect([...statuses.keys()]).to.include.members([200, 400, 401, 403, 404]);
    const undone = documentedOperations.map(nameOf).filter((name) => !neverDone.has(name) && !done.has(name));
    const mostUndone = requests < enoughForAll ? documentedOperations.length / 2 : 0;
    if (requests >= enoughForHalf)
      expect(undone.length, `not once successful: ${undone.join(", ")}`).to.be.at.most(mostUndone);
    expect((await api.ask("GET", "/health")).status, "health").to.be.oneOf([200, 503]);
    await settled();
    await until(() => openDescriptors() <= descriptors, { timeoutMs: patienceMs }).catch(() => undefined);
    await until(() => timers() <= timersBefore, { timeoutMs: patienceMs }).catch(() => undefined);
    expect(timers(), "timers").to.be.at.most(timersBefore);
    expect(openDescriptors(), "descriptors").to.be.at.most(descriptors);
    await until(async () => (await loopDelayMs()) <= 3 * delayBeforeMs + restMs, { timeoutMs: patienceMs });
    expect(heapBytes() - heap, "bytes of heap").to.be.at.most(mostHeapGrowth);
  } catch (error) {
    throw new Error(`With FUZZ_SEED=${seed}: ${String(error)}`, { cause: error });
  } finally {
    agent.destroy();
    // Rejects if an answer was not as documented.
    await api.close();
  }
}

const openConnections = (api: GuardedApi): Promise<number> =>
  new Promise((resolve, reject) => {
    api.server.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

async function statusOf(api: GuardedApi, agent: Agent, one: HostileRequest, sender: Sender): Promise<number> {
  const headers = await sender.headersFor(one);
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${api.server.url}${one.target}`, {
      method: one.method,
      agent,
      headers: { ...headers, ...one.headers },
      timeout: patienceMs,
    });
    const said = `${one.method} ${one.target}`.slice(0, 300);
    request.on("timeout", () => request.destroy(new Error(`No answer to ${said}`)));
    request.on("error", (error) => {
      // It may have been closed for being idle just when it was used again.
      if (request.reusedSocket) resolve(statusOf(api, agent, one, sender));
      else reject(new Error(`${said}: ${error.message}`, { cause: error }));
    });
    request.on("response", (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.end(one.body === null ? undefined : Buffer.from(one.body));
  });
}
