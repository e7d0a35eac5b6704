import { expect } from "chai";
import { bodiesForLookup, heavyRequests } from "../support/eventLoop/requests.ts";
import type { Delays } from "../support/eventLoop/delays.ts";
import type { HeavyRequest } from "../support/eventLoop/requests.ts";
import { startObserved } from "../support/eventLoop/observed.ts";
import type { ObservedApplication } from "../support/eventLoop/observed.ts";

/** No request may take more than 50 ms (npm run bench -- eventloop); a busy machine gets five times as long. */
const longestCpuMs = 250;
/** System calls and garbage collection wait for others where tests share the processors. */
const longestMs = 1_000;

const expectShort = ({ maxMs, maxCpuMs }: Delays, name: string): void => {
  expect(maxCpuMs, `processor time of ${name}`).to.be.below(longestCpuMs);
  expect(maxMs, name).to.be.below(longestMs);
};

const callsPerSecond = 10;

/** The status, after the whole response. */
async function send(
  { url }: ObservedApplication,
  { method, path, type, body }: HeavyRequest,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(type !== undefined && { "Content-Type": type }) },
    ...(body !== undefined && { body }),
  });
  for await (const _ of response.body ?? []) continue;
  return response.status;
}

describe("The event loop", function () {
  this.timeout(300_000);
  let application: ObservedApplication;

  before(async () => {
    application = await startObserved();
    // The first calls and requests of each kind are slower, because code is compiled.
    await application.calls({ callsPerSecond, seconds: 1 });
  });
  after(() => application.stop());

  async function whileCalling(seconds: number, work: () => Promise<void>): Promise<void> {
    await application.delays();
    const [calls] = await Promise.all([application.calls({ callsPerSecond, seconds }), work()]);
    expect(calls.calls).to.be.at.least(callsPerSecond);
    expect(calls.failed, "calls that failed").to.equal(0);
  }

  it("is not blocked by any body that a key with minimal permissions sends", async () => {
    const key = await application.keyWith(["lookups.read"]);
    await whileCalling(5, async () => {
      for (const request of bodiesForLookup) {
        const status = await send(application, request, { Authorization: `Bearer ${key}` }).catch(() => 413);
        const delays = await application.delays();
        expect({ status }, request.name).to.deep.equal({ status: request.status });
        expectShort(delays, request.name);
      }
    });
  });

  it("is not blocked by anything that an administrator may request", async () => {
    const headers = { Cookie: application.cookie, Origin: application.url };
    await whileCalling(20, async () => {
      for (const request of heavyRequests) {
        const status = await send(application, request, headers).catch(() => 413);
        const delays = await application.delays();
        expect({ status }, request.name).to.deep.equal({ status: request.status });
        expectShort(delays, request.name);
      }
    });
  });

  it("is reported in metrics and health", async () => {
    const key = await application.keyWith(["system.read"]);
    const ask = async (path: string): Promise<string> =>
      (await fetch(`${application.url}${path}`, { headers: { Authorization: `Bearer ${key}` } })).text();
    expect(await ask("/metrics")).to.match(/^phone_proxy_event_loop_delay_max_seconds\{.*\} [\d.e-]+$/m);
    const { parts } = JSON.parse(await ask("/health")) as {
      readonly parts: Record<string, { kind: string }>;
    };
    expect(parts["eventLoop"]).to.include({ kind: "eventLoop" });
  });
});
