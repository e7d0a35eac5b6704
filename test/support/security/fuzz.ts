import { readdirSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import fc from "fast-check";
import { keyScopes, roles } from "../../../src/access/rules/rights.ts";
import type { Store } from "../../../src/store/types.ts";
import { startGuardedApi } from "../../integration/access/support.ts";
import type { GuardedApi } from "../../integration/access/support.ts";
import { phoneNumber } from "../api.ts";
import { until } from "../until.ts";
import { hostileRequests } from "./hostileRequests.ts";
import type { HostileRequest } from "./hostileRequests.ts";

/** What a session may end by its own requests, which would leave the others without a viewer. */
const ends =
  /^(?:DELETE \/session$|POST \/account\/sessions\/end-others|DELETE \/(?:account\/)?sessions\/|(?:PATCH|DELETE) \/users\/)/;
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

interface Viewer {
  readonly name: string;
  readonly headers: (url: string) => Readonly<Record<string, string>>;
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
    await api.pools.ensureDefault([{ first: phoneNumber("79580000000"), last: phoneNumber("79580000999") }]);
    const viewers = await viewersOf(api);
    const statuses = new Map<number, number>();
    const send = async (asked: readonly HostileRequest[], from: number): Promise<void> => {
      const queue = [...asked.entries()];
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            const [index, one] = next;
            const viewer = viewers[(from + index) % viewers.length];
            if (viewer === undefined) throw new Error("There are no viewers.");
            const status = await statusOf(api, agent, one, viewer);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            if (status === 500 || status === 501 || status === 502)
              throw new Error(`${status} for ${viewer.name}: ${JSON.stringify(one).slice(0, 2000)}`);
          }
        }),
      );
    };
    // What is loaded with the first requests stays.
    await send(fc.sample(hostileRequests, { seed: seed + 1, numRuns: 200 }), 0);
    const settled = async (): Promise<void> => {
      agent.destroy();
      await until(async () => (await openConnections(api)) === 0, { timeoutMs: patienceMs });
    };
    await settled();
    const [descriptors, timersBefore, heap] = [openDescriptors(), timers(), heapBytes()];
    const delayBeforeMs = await loopDelayMs();
    for (let sent = 0; sent < requests; sent += 1000) {
      const numRuns = Math.min(1000, requests - sent);
      await send(fc.sample(hostileRequests, { seed: seed + 2 + sent, numRuns }), sent);
    }
    // Some get through to the handlers, others are refused for each of these reasons.
    expect([...statuses.keys()]).to.include.members([200, 400, 401, 403, 404]);
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

async function viewersOf(api: GuardedApi): Promise<readonly Viewer[]> {
  const people: Viewer[] = [];
  for (const role of roles) {
    const cookie = await api.signIn((await api.user(role)).username);
    people.push({
      name: role,
      headers: (url) => ({ Origin: url, "Sec-Fetch-Site": "same-origin", Cookie: cookie }),
    });
  }
  const key = await api.key(keyScopes);
  return [
    ...people,
    { name: "key", headers: () => ({ Authorization: `Bearer ${key}` }) },
    { name: "anonymous", headers: () => ({}) },
  ];
}

function statusOf(api: GuardedApi, agent: Agent, one: HostileRequest, viewer: Viewer): Promise<number> {
  // The request itself is still sent, by a viewer who has nothing to lose.
  const headers = ends.test(`${one.method} ${one.target.split("?")[0]}`)
    ? {}
    : viewer.headers(api.server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${api.server.url}${one.target}`, {
      method: one.method,
      agent,
      headers: { ...headers, ...one.headers },
      timeout: patienceMs,
    });
    const said = `${one.method} ${one.target}`.slice(0, 300);
    request.on("timeout", () => request.destroy(new Error(`No answer to ${said}`)));
    request.on("error", (error) => reject(new Error(`${said}: ${error.message}`, { cause: error })));
    request.on("response", (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.end(one.body === null ? undefined : Buffer.from(one.body));
  });
}
