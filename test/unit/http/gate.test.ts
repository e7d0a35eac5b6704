import type { IncomingMessage } from "node:http";
import { expect } from "chai";
import type { Access } from "../../../src/access/access.ts";
import { createAuthenticator } from "../../../src/access/authenticator.ts";
import { networksOf } from "../../../src/access/networks.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { createRateLimits } from "../../../src/access/rateLimits.ts";
import { permissionsOf, roles } from "../../../src/access/rules/rights.ts";
import type { Viewer } from "../../../src/access/rules/rights.ts";
import { tokenHash } from "../../../src/access/tokens.ts";
import { createGate } from "../../../src/http/access/gate.ts";
import type { Gate } from "../../../src/http/access/gate.ts";
import { createClientAddress } from "../../../src/http/server/clientAddress.ts";
import { HttpProblem } from "../../../src/http/server/problems.ts";
import { nameOf, routeRules } from "../../support/routeRules.ts";

const keyOf = (name: string): string => `ppk_${name.padEnd(43, "x")}`;

/** Users by role, and keys by their secret. */
const viewers = new Map<string, Viewer>([
  ...roles.map((role, index): [string, Viewer] => [
    `session-of-${role}`,
    { kind: "user", userId: index, username: role, role, sessionId: index, permissions: permissionsOf(role) },
  ]),
  [keyOf("lookups"), { kind: "key", keyId: 1, name: "a", permissions: new Set(["lookups.read"] as const) }],
  [keyOf("calls"), { kind: "key", keyId: 2, name: "b", permissions: new Set(["calls.read"] as const) }],
]);

interface Setting {
  readonly access: readonly string[];
  readonly lookups: readonly string[];
  readonly points: number;
}

/** A gate with recently cached keys and sessions, whose limits have been checked once. */
async function openedGate({ access, lookups, points }: Setting): Promise<Gate> {
  const nowMs = (): number => 1_000_000;
  const book = { access: networksOf(access), lookups: networksOf(lookups) };
  const limit = { points, durationSeconds: 60 };
  const authenticator = createAuthenticator({
    // Like the database, it has only hashes of the secrets.
    load: async (_, hash) => loaded.get(hash) ?? null,
    invalidations: { announce: () => undefined, onChange: () => () => undefined },
    clock: { ...systemClock, nowMs },
    freshMs: 3000,
    staleMs: 3000,
    maxEntries: 100,
  });
  const limits = createRateLimits({
    limits: { user: limit, key: limit, address: limit, signIn: limit },
    redis: null,
    nowMs,
  });
  for (const [secret, viewer] of viewers) {
    await authenticator.resolve({ kind: secret.startsWith("ppk_") ? "key" : "session", secret });
    if (viewer.kind === "user") await limits.take("user", String(viewer.userId));
    if (viewer.kind === "key") await limits.take("key", String(viewer.keyId));
  }
  await limits.take("key", "192.0.2.7");
  return createGate({
    access: {
      authenticator,
      limits,
      rules: { current: async () => book, known: () => book },
    } as unknown as Access,
    clientAddress: createClientAddress([]),
    isHttps: () => false,
    publicUrl: null,
  });
}

const loaded = new Map([...viewers].map(([secret, viewer]) => [tokenHash(secret), viewer]));

type Headers = Readonly<Record<string, string>>;

const own: Headers = { origin: "http://ours", "sec-fetch-site": "same-origin" };
const foreign: Headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
const senders: readonly Headers[] = [
  {},
  { "x-api-key": keyOf("unknown") },
  ...[...viewers.keys()].flatMap((secret): readonly Headers[] =>
    secret.startsWith("ppk_")
      ? [{ "x-api-key": secret }, { authorization: `Bearer ${secret}` }]
      : [own, foreign, {}].map((origin): Headers => ({ ...origin, cookie: `phone_proxy_session=${secret}` })),
  ),
];

function requestOf(method: string, headers: Headers, hosts = ["ours"]): IncomingMessage {
  const sent = [...hosts.map((host) => ["Host", host] as const), ...Object.entries(headers)];
  return {
    method,
    headers: { host: hosts[0], ...headers },
    headersDistinct: { host: hosts },
    httpVersion: "1.1",
    rawHeaders: sent.flat(),
    socket: { remoteAddress: "192.0.2.7" },
  } as unknown as IncomingMessage;
}

type Rule = Parameters<Gate["recognise"]>[1];

/** The admitted viewer, or the code of the rejection. */
const verdict = (gate: Gate, method: string, headers: Headers, rule: Rule): Promise<Viewer | string> =>
  gate.admit(requestOf(method, headers), rule).catch((error: unknown) => {
    if (error instanceof HttpProblem) return error.code;
    throw error;
  });

describe("The gate", () => {
  const settings: Readonly<Record<string, Setting>> = {
    "without rules": { access: [], lookups: [], points: 0 },
    "with limits": { access: [], lookups: [], points: 1_000_000 },
    "for other addresses": { access: ["203.0.113.0/24"], lookups: [], points: 0 },
    "for the address, which may look up": {
      access: ["192.0.2.0/24"],
      lookups: ["192.0.2.7"],
      points: 1_000_000,
    },
    "for other addresses, but lookups": { access: ["203.0.113.0/24"], lookups: ["192.0.2.7"], points: 0 },
  };

  for (const [name, setting] of Object.entries(settings)) {
    it(`recognizes only viewers that it would admit, ${name}`, async () => {
      const gate = await openedGate(setting);
      let recognised = 0;
      for (const rule of routeRules)
        for (const headers of senders) {
          const viewer = gate.recognise(requestOf(rule.method, headers), rule);
          if (viewer === null) continue;
          recognised += 1;
          const admitted = await verdict(gate, rule.method, headers, rule);
          expect(admitted, `${nameOf(rule)} ${JSON.stringify(headers)}`).to.deep.equal(viewer);
        }
      expect(recognised > 0).to.equal(name !== "for other addresses");
    });
  }

  it("recognizes a known key for lookups without waiting", async () => {
    const gate = await openedGate({ access: [], lookups: [], points: 1_000_000 });
    const rule = routeRules.find(({ path }) => path === "/lookup/real/:number");
    if (rule === undefined) throw new Error("There is no lookup.");
    const viewer = gate.recognise(requestOf("GET", { "x-api-key": keyOf("lookups") }), rule);
    expect(viewer).to.include({ kind: "key", keyId: 1 });
  });

  it("does not recognize requests that are rate limited, have several hosts, or try a password", async () => {
    const rule = { may: "lookups.read", confirmsNumbers: false, signsIn: false } as const;
    const headers = { "x-api-key": keyOf("lookups") };
    const limited = await openedGate({ access: [], lookups: [], points: 1 });
    expect(limited.recognise(requestOf("GET", headers), rule)).to.equal(null);
    const gate = await openedGate({ access: [], lookups: [], points: 0 });
    expect(gate.recognise(requestOf("GET", headers), rule)).to.include({ kind: "key" });
    expect(gate.recognise(requestOf("GET", headers, ["ours", "evil.example"]), rule)).to.equal(null);
    expect(gate.recognise(requestOf("GET", headers, []), rule)).to.equal(null);
    expect(gate.recognise(requestOf("GET", headers), { ...rule, signsIn: true })).to.equal(null);
  });
});
