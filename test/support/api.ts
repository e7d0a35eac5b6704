import { simulateCall } from "../../src/calls/simulation.ts";
import { findNewestCall } from "../../src/callLog/database/newestCall.ts";
import { createCallLookup } from "../../src/calls/lookUp.ts";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPhoneNumber } from "../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../src/values/phoneNumber.ts";
import { receiveLines } from "../../src/app/callLog.ts";
import { createAuditLog } from "../../src/access/auditLog.ts";
import { createMappingHistory } from "../../src/numbers/mappings/history.ts";
import { openAccess } from "../../src/http/access/httpAccess.ts";
import type { HttpAccess } from "../../src/http/access/httpAccess.ts";
import { createLookupTally } from "../../src/http/mappings/lookupTally.ts";
import { createHttpApp } from "../../src/http/server/app.ts";
import { startHttpServer } from "../../src/http/server/server.ts";
import type { HttpServer } from "../../src/http/server/server.ts";
import { createAside } from "../../src/http/server/aside.ts";
import { createImportRunner } from "../../src/imports/worker/runner.ts";
import { createImports } from "../../src/imports/job/createImports.ts";
import { ErasedNumbers } from "../../src/callLog/database/erasedNumbers.ts";
import { searchHere } from "../../src/privacy/here.ts";
import { createInstances } from "../../src/privacy/instances.ts";
import { createPrivacy } from "../../src/privacy/privacy.ts";
import { createLocalBus } from "../../src/bus/localBus.ts";
import { createCachedLookup } from "../../src/numbers/lookup/cachedLookup.ts";
import { createNumberMapper } from "../../src/numbers/mappings/allocate.ts";
import { createMappingInvalidations } from "../../src/numbers/mappings/invalidations.ts";
import { createRenumbering } from "../../src/numbers/mappings/renumber.ts";
import { createAdding } from "../../src/numbers/mappings/add.ts";
import { createMappingEditor } from "../../src/numbers/mappings/editor.ts";
import { createMappingRepository } from "../../src/numbers/mappings/reader.ts";
import { createMappingSearch } from "../../src/numbers/mappings/search.ts";
import { createPools } from "../../src/numbers/pools/pools.ts";
import type { Pools } from "../../src/numbers/types.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { HealthRegistry } from "../../src/ops/health.ts";
import { createMetrics } from "../../src/ops/metrics.ts";
import type { Logger } from "../../src/ops/types.ts";
import type { Store } from "../../src/store/types.ts";
import type { Live } from "../../src/app/live.ts";
import { createAnswerCheck } from "./apiDocument.ts";
import { silentLogger } from "./silentLogger.ts";

/** Of an installation in which nothing has been done yet. */
const firstCall = {
  done: {
    database: true,
    pool: false,
    numbers: false,
    asterisk: false,
    inboundTrunk: false,
    access: true,
    call: false,
  },
  inboundTrunks: [{ name: "trunk-in", did: "request" as const }],
  proxyNumber: null,
  mapping: null,
  snippet: "",
};

/** The API with a database, on a free port on loopback. */
export interface TestApi {
  readonly http: HttpServer;
  readonly pools: Pools;
  readonly health: HealthRegistry;
  /** Folder for uploads while they are read. */
  readonly uploadDirectory: string;
  /** The URL of a path. */
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly upload: (content: string | Buffer, name?: string) => Promise<Response>;
  /** Stops the processing of imports, like the end of the process. */
  pause(): Promise<void>;
  /** Rejects if a response did not match the OpenAPI document. */
  close(): Promise<void>;
}

export function phoneNumber(digits: string): PhoneNumber {
  if (!isPhoneNumber(digits)) throw new Error("no number");
  return digits;
}

/** Gives all clients full access, with an audit log, which `close` closes. */
export function openAccessOn(store: Store): {
  readonly access: HttpAccess;
  readonly close: () => Promise<void>;
} {
  const audit = createAuditLog({ store, logger: silentLogger, clock: systemClock });
  const history = createMappingHistory(store, audit);
  const settings = { trustedProxies: [], publicUrl: null, listenHost: "127.0.0.1" };
  return { access: openAccess({ audit, history }, settings), close: () => audit.close() };
}

export async function startApi(
  store: Store,
  options: {
    readonly logger?: Logger;
    readonly uploadMaxBytes?: number;
    /** For tests of the live board; the caller closes it. */
    readonly live?: Live;
    /** Full access for all clients if absent. If given, the caller closes it. */
    readonly access?: HttpAccess;
    /** No limit if absent. */
    readonly liveSocketsPerUser?: number;
    /** If absent, a temporary folder. */
    readonly uploadDirectory?: string;
  } = {},
): Promise<TestApi> {
  const { logger = silentLogger, uploadMaxBytes = 1_000_000 } = options;
  const { access, close: closeAccess } =
    options.access === undefined
      ? openAccessOn(store)
      : { access: options.access, close: async () => undefined };
  const uploadDirectory = options.uploadDirectory ?? (await mkdtemp(join(tmpdir(), "uploads-")));
  const bus = createLocalBus({ logger });
  const metrics = createMetrics({ node: "test", processMetrics: false });
  const mappings = createMappingRepository(store);
  const lookup = createCachedLookup(
    { load: mappings.loadForCall, shared: null, bus, clock: systemClock, logger },
    { localTtlMs: 1000, unknownTtlMs: 1000, localEntries: 1000, staleMs: 0, timeoutMs: 1000 },
  );
  const invalidations = createMappingInvalidations({
    clock: systemClock,
    bus,
    shared: null,
    forget: lookup.forget,
  });
  const mapper = createNumberMapper({ store, invalidations, clock: systemClock });
  const pools = createPools({ store, invalidations, clock: systemClock });
  const search = createMappingSearch(store);
  const editor = createMappingEditor({ store, search, invalidations, clock: systemClock });
  const add = createAdding(mapper, mappings);
  const health = new HealthRegistry();
  // Like instances, several of them on one database have separate folders.
  const node = `test-${randomUUID()}`;
  // In this thread. The import thread has its own tests.
  const runner = createImportRunner(
    { store, mapper, invalidations, clock: systemClock, logger, directory: uploadDirectory },
    { defaultCountry: "RU", timeZone: "UTC", node, lookEveryMs: 50 },
  );
  const imports = createImports({
    store,
    runner,
    clock: systemClock,
    directory: uploadDirectory,
    node,
  });
  const aside = createAside({ logger, clock: systemClock }, { defaultCountry: "RU" });
  const callLookup = createCallLookup({
    byProxyNumber: (number) => lookup.find(number),
    byEitherNumber: async (number) => {
      const mapping = await mappings.loadByEither(number);
      return mapping === null ? { kind: "unknown" } : { kind: "found", mapping };
    },
    newestParty: async (owner) => (await findNewestCall(store, owner, 0))?.party ?? null,
    trustsCallers: (trunk) => trunk !== "untrusted",
    isPremium: () => false,
    nowMs: () => systemClock.nowMs(),
  });
  const erased = new ErasedNumbers("RU");
  const here = {
    store,
    clock: systemClock,
    logger,
    node,
    erased,
    callLog: null,
    callFile: null,
    imports,
    uploadDirectory,
    forget: () => undefined,
    forgetEnded: () => undefined,
  };
  const instances = createInstances({
    node,
    bus,
    clock: systemClock,
    search: (number, searching) => searchHere(here, number, searching),
  });
  const privacy = createPrivacy({
    store,
    clock: systemClock,
    logger,
    instances,
    erased,
    invalidations,
    newestCalls: { forget: async () => 0 },
    sharedCaches: [],
    defaultCountry: "RU",
    backupDays: null,
  });
  const lookupTally = createLookupTally({ clock: systemClock, logger });
  const app = createHttpApp(
    {
      lookup: { byProxyNumber: (number) => lookup.find(number) },
      callLookup,
      lookupTally,
      simulate: ({ inboundTrunk, ...call }) =>
        simulateCall({ ...call, inboundTrunk: inboundTrunk ?? "trunk-in" }, callLookup, {
          trunks: [
            { name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } },
          ],
          nowMs: systemClock.nowMs(),
        }),
      mappings,
      search,
      editor,
      add,
      renumber: createRenumbering({ store, search, editor, add, mapper, invalidations }),
      pools,
      aside,
      imports,
      live: options.live?.ports ?? null,
      lines: receiveLines(store, bus, metrics, { callLog: null, erased }),
      privacy,
      access,
      health,
      readiness: { state: "ready" },
      setup: { state: async () => firstCall },
      system: {
        version: "1.2.3",
        retention: { states: [] },
        startedAtMs: Date.now(),
        backup: { state: { status: "unwatched", lastAtMs: null, maxAgeMs: 3_600_000 } },
        settings: [],
      },
      metrics,
      clock: systemClock,
      logger,
    },
    { node: "test", defaultCountry: "RU", uploadDirectory, uploadMaxBytes, trustedProxies: [] },
  );
  const check = createAnswerCheck();
  app.middleware.unshift(check.middleware);
  const http = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  options.live?.attach(http.server, access.admitLive, options.liveSocketsPerUser);
  return {
    http,
    pools,
    health,
    uploadDirectory,
    get: (path, headers = {}) => fetch(`${http.url}${path}`, { headers }),
    upload: (content, name = "numbers.csv") => {
      const form = new FormData();
      form.set("file", new Blob([content], { type: "text/csv" }), name);
      return fetch(`${http.url}/upload`, { method: "POST", body: form });
    },
    pause: () => runner.close(),
    async close() {
      await http.close(1000);
      lookupTally.close();
      await aside.close();
      await runner.close();
      lookup.close();
      await closeAccess();
      await bus.close();
      if (options.uploadDirectory === undefined) await rm(uploadDirectory, { recursive: true });
      check.assertAllDocumented();
    },
  };
}
