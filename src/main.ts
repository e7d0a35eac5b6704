import { pathToFileURL } from "node:url";
import { loadSettings, type Settings, SettingsError } from "../config/settings.ts";
import { createAriConnection } from "./ari/connection.ts";
import type { AriObserver } from "./ari/options.ts";
import type { AriAddress, AriConnection } from "./ari/types.ts";
import { openCallLog, type SpooledCallLog } from "./callLog/callLog.ts";
import { createRecordSink } from "./callLog/database/recordSink.ts";
import { takeOverUnrecordedCalls, type UnrecordedCalls } from "./callLog/unrecorded/takeOver.ts";
import { eventsForCalls } from "./calls/ariFacts.ts";
import { CallController, type CallObserver } from "./calls/controller.ts";
import { countCalls } from "./calls/callMetrics.ts";
import { healthOfAsterisk } from "./calls/asteriskHealth.ts";
import { LoopWatch } from "./calls/loopWatch.ts";
import { createTrunkWatch } from "./calls/trunkWatch.ts";
import type { CallPolicy, OutboundTrunk } from "./calls/machine/call.ts";
import { parseDialled } from "./values/phoneNumber.ts";
import { createHttpApp } from "./http/server/app.ts";
import { startHttpServer } from "./http/server/server.ts";
import { createAside } from "./http/server/aside.ts";
import { createImports } from "./imports/job/imports.ts";
import { observeImports } from "./imports/job/observe.ts";
import { createWorkerEngine } from "./imports/worker/thread.ts";
import { createLocalBus } from "./bus/localBus.ts";
import { createRedisBus } from "./bus/redisBus.ts";
import type { Bus } from "./bus/types.ts";
import { createCachedLookup } from "./numbers/lookup/cachedLookup.ts";
import { createNumberKeeper } from "./numbers/mappings/expire.ts";
import { createNumberMapper } from "./numbers/mappings/allocate.ts";
import { createMappingChanges } from "./numbers/mappings/announceChanges.ts";
import { createMappingEditor } from "./numbers/mappings/editor.ts";
import { createMappingRepository } from "./numbers/mappings/reader.ts";
import { createMappingSearch } from "./numbers/mappings/search.ts";
import { createMappingUse } from "./numbers/mappings/markUsed.ts";
import { createPools } from "./numbers/pools/pools.ts";
import { createPoolWatch, type PoolWatch } from "./numbers/pools/watch.ts";
import { createSharedCache, type SharedCache } from "./numbers/lookup/sharedCache.ts";
import type { PoolDetails } from "./numbers/types.ts";
import { systemClock } from "./ops/clock.ts";
import { createBackupWatch } from "./ops/backup.ts";
import { observeEventLoop, watchEventLoop } from "./ops/eventLoop.ts";
import { HealthRegistry } from "./ops/health.ts";
import { createLogger } from "./ops/logger.ts";
import { createMetrics, type Metrics } from "./ops/metrics.ts";
import { restrictUmask } from "./ops/privateFiles.ts";
import { repeat } from "./ops/repeat.ts";
import { Shutdown } from "./ops/shutdown.ts";
import type { Logger } from "./ops/types.ts";
import { readVersion } from "./ops/version.ts";
import { createRedisLink } from "./store/redis.ts";
import { startAccess } from "./app/access.ts";
import { prepareFiles } from "./app/files.ts";
import { createStore } from "./store/store.ts";
import type { Store } from "./store/types.ts";
import { createWatching } from "./app/live.ts";

/** Context of `asterisk/extensions.conf` in which the dialplan connects a call without us. */
const fallbackContext = "fallback";

/** How long a mapping may be used while the database is away. */
const staleMs = 3_600_000;

const databasePingEveryMs = 2_000;
const databasePingTimeoutMs = 1_000;

/** Changes for tests; the process itself uses none. */
interface Substitutes {
  readonly logger?: Logger;
  readonly exit?: (code: number) => void;
  /** Told of every transition of every call, beside the metrics. */
  readonly observe?: CallObserver;
}

export interface Application {
  /** Address of the API. */
  readonly url: string;
  readonly controllers: readonly CallController[];
  /** The orderly stop; resolves when the last phase is done. */
  stop(reason: string): Promise<void>;
  /** As `stop`, on SIGTERM and SIGINT. */
  stopOnSignals(): void;
}

/** Builds and starts everything. Nothing outside has to be there yet: each part waits for its own. */
export async function startApplication(
  settings: Settings,
  substitutes: Substitutes = {},
): Promise<Application> {
  const { node, asterisk } = settings;
  const clock = systemClock;
  const logger = substitutes.logger ?? createLogger({ ...settings.log, fields: { node: node.name } });
  const metrics = createMetrics({ node: node.name });
  const health = new HealthRegistry();
  const shutdown = new Shutdown({
    deadlineMs: settings.shutdownDeadlineMs,
    clock,
    logger,
    exit: substitutes.exit ?? ((code) => process.exit(code)),
  });
  const eventLoop = watchEventLoop({ clock, logger });
  observeEventLoop(eventLoop, { health, metrics });
  for (const setting of settings.ignoredFiles)
    logger.warn("A secret is set directly, and the file that is to hold it is not read", { setting });
  for (const name of settings.unknownSettings)
    logger.warn("The .env file has a setting that is not known, perhaps misspelt", { setting: name });

  prepareFiles(settings, logger);
  const store = createStore({ address: settings.database, threads: true, logger });
  // Calls go on without it: the cache knows many numbers, the dialplan the rest, the spool takes the records.
  health.register("database", { kind: "database", needed: false }, () => store.health);
  store.open();
  // Health is to know of an outage before somebody needs the database.
  const stopPinging = repeat(clock, databasePingEveryMs, () => store.ping(databasePingTimeoutMs));
  const observability = { logger, health, metrics };
  const { bus, sharedCache, closeRedis } = startRedis(settings, observability);
  const numbers = createNumbers(settings, store, bus, sharedCache, observability);

  const takesCalls = node.role !== "web";
  const watching = createWatching({
    node: node.name,
    store,
    bus,
    clock,
    logger,
    hangUp: takesCalls ? (callId) => controllers.some((controller) => controller.hangUp(callId)) : null,
  });
  const readNumber = (dialled: string) =>
    parseDialled(dialled, { defaultCountry: settings.numbers.defaultCountry });
  const loops = new LoopWatch(readNumber);
  const callLog = takesCalls ? await startCallLog(settings, store, observability) : null;
  const unrecordedCalls = takesCalls ? startUnrecordedCalls(settings, store, observability) : null;
  const connections = callLog === null ? [] : asterisk.servers.map((address) => connect(address));
  const controllers = callLog === null ? [] : connections.map((connection) => control(connection, callLog));
  metrics.gauge("live_calls", "Calls in progress.", () =>
    controllers.reduce((calls, controller) => calls + controller.liveCallCount, 0),
  );
  metrics.gauges("ari_connected", "1 while events of this Asterisk arrive.", "asterisk", () =>
    connections.map(({ name, status }) => [name, status.state === "connected" ? 1 : 0]),
  );
  const trunks = connections.flatMap((connection) =>
    settings.calls.trunks.map(({ name }) => {
      // Several Asterisks have trunks of the same name.
      const part = connections.length === 1 ? `trunk ${name}` : `trunk ${name} of ${connection.name}`;
      const watch = createTrunkWatch({ ari: connection, trunk: name, clock });
      // A trunk that is down is passed over by calls as long as there is another.
      health.register(part, { kind: "trunk", needed: false }, () => watch.health);
      return { part, watch };
    }),
  );
  metrics.gauges("trunk_reachable", "1 while Asterisk finds the outbound trunk reachable.", "trunk", () =>
    trunks.flatMap(({ part, watch: { reachable } }) =>
      reachable === null ? [] : [[part.slice("trunk ".length), reachable] as const],
    ),
  );
  if (takesCalls && asterisk.waitingFor !== null) {
    const detail = `No Asterisk can be reached before ${asterisk.waitingFor} is set`;
    health.register("asterisk", { kind: "asterisk", needed: true }, () => ({ status: "down", detail }));
    logger.warn("Waiting for a setting before any call can be taken", { setting: asterisk.waitingFor });
  }

  function connect(address: AriAddress): AriConnection {
    return createAriConnection(address, {
      events: eventsForCalls,
      logger,
      clock,
      observer: ariMetrics(metrics, address.name),
      transport: asterisk.transport,
      commandSockets: asterisk.commandSockets,
      requestTimeoutMs: asterisk.requestTimeoutMs,
    });
  }

  function control(connection: AriConnection, log: SpooledCallLog): CallController {
    const count = countCalls(metrics);
    const { observe } = substitutes;
    const controller = new CallController(
      {
        ari: connection,
        lookup: numbers.lookup,
        callLog: log,
        clock,
        logger,
        loops,
        observe: (before, after, cause) => {
          count(before, after, cause);
          watching.observe(before, after, cause);
          if (before === null && after.proxyNumber !== null) numbers.use.note(after.proxyNumber);
          observe?.(before, after, cause);
        },
      },
      {
        policy: policyOf(settings),
        fallbackContext,
        parseDialled: readNumber,
      },
    );
    // Asterisks stand in for each other: calls can be handled while one of them is there.
    health.register(connection.name, { kind: "asterisk", needed: true, group: "asterisk" }, () =>
      healthOfAsterisk(connection.status, controller),
    );
    return controller;
  }

  const { uploadDirectory } = settings.http;
  const importEngine = createWorkerEngine(
    {
      changes: numbers.changes,
      logger,
      callsInProgress: () => controllers.some(({ liveCallCount }) => liveCallCount > 0),
    },
    {
      address: settings.database,
      directory: uploadDirectory,
      defaultCountry: settings.numbers.defaultCountry,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      node: node.name,
    },
  );
  const imports = createImports({
    store,
    engine: importEngine,
    clock,
    directory: uploadDirectory,
    node: node.name,
  });
  observeImports(imports, observability);

  const backup = createBackupWatch({ ...settings.backup, clock });
  health.register("backup", { kind: "backup", needed: false }, () => backup.health);

  const access = startAccess(settings, { store, bus, clock, logger, health });
  const aside = createAside({ logger }, { defaultCountry: settings.numbers.defaultCountry });
  const app = createHttpApp(
    {
      lookup: numbers.lookup,
      mappings: numbers.mappings,
      search: numbers.search,
      editor: numbers.editor,
      pools: numbers.pools,
      aside,
      imports,
      watch: watching.ports,
      access: access.http,
      health,
      system: { version: readVersion(), startedAtMs: clock.nowMs(), backup },
      metrics: {
        expose: () => metrics.expose(),
        httpAnswered: (method, route, status, tookMs) => {
          metrics.httpAnswered(method, route, status, tookMs);
          // Probes are nobody's waiting, and a 503 of theirs is no error.
          if (route !== "/health" && route !== "/metrics")
            watching.ports.responseTimes.observe(status, tookMs);
        },
      },
      eventLoop,
      clock,
      logger,
    },
    {
      node: node.name,
      defaultCountry: settings.numbers.defaultCountry,
      uploadDirectory: settings.http.uploadDirectory,
      uploadMaxBytes: settings.http.uploadMaxBytes,
      trustedProxies: settings.http.trustedProxies,
    },
  );
  const server = await startHttpServer(app, {
    ...settings.http,
    clock,
    connections: {
      ...settings.http.connections,
      trustedProxies: settings.http.trustedProxies,
      logger,
      metrics,
    },
  });
  watching.attach(server.server, access.http.admitLive, settings.access.liveSocketsPerUser);
  access.open(server.url);

  // Where Asterisk is away nothing can be finished, and the phases below still need their time.
  shutdown.phase(
    "calls",
    async () => {
      await Promise.all(controllers.map((controller) => controller.drain()));
    },
    settings.shutdownDeadlineMs / 2,
  );
  shutdown.phase("asterisk", async () => {
    for (const { watch } of trunks) watch.close();
    await Promise.all(connections.map((connection) => connection.close()));
  });
  // The dialplan's fallback may ask for numbers until the last call is off our hands.
  shutdown.phase("http", async () => {
    await watching.close();
    await server.close(settings.shutdownDeadlineMs / 4);
    await aside.close();
  });
  shutdown.phase("imports", async () => {
    imports.close();
    await importEngine.close();
  });
  shutdown.phase("call log", async () => {
    await callLog?.drain(settings.shutdownDeadlineMs / 4);
    await callLog?.close();
    await unrecordedCalls?.close();
  });
  shutdown.phase("numbers", async () => {
    await numbers.keeper.close();
    await numbers.use.close();
    await numbers.poolWatch.close();
    numbers.lookup.close();
    await access.close();
    await bus.close();
    closeRedis();
  });
  shutdown.phase("database", () => {
    backup.close();
    eventLoop.close();
    stopPinging();
    return store.close();
  });

  for (const connection of connections) connection.open();
  logger.info("Started", { role: node.role, url: server.url, version: process.version });
  return {
    url: server.url,
    controllers,
    stop: (reason) => shutdown.run(reason),
    stopOnSignals: () => shutdown.listen(process),
  };
}

interface Observability {
  readonly logger: Logger;
  readonly health: HealthRegistry;
  readonly metrics: Metrics;
}

/** Bus and shared cache over Redis, or within the process where there is none. */
function startRedis({ redisUrl, numbers }: Settings, { logger, health }: Observability) {
  if (redisUrl === null) {
    const bus = createLocalBus({ logger });
    bus.open();
    return { bus, sharedCache: null, closeRedis: () => undefined };
  }
  const bus = createRedisBus({ url: redisUrl, logger });
  const link = createRedisLink({ url: redisUrl, role: "cache", logger });
  health.register("redis", { kind: "redis", needed: false }, () => link.health);
  health.register("bus", { kind: "redis", needed: false }, () => bus.health);
  const { redisTtlMs, unknownTtlMs } = numbers.cache;
  const sharedCache = createSharedCache({
    link,
    clock: systemClock,
    freshMs: redisTtlMs,
    unknownFreshMs: unknownTtlMs,
    staleMs,
  });
  bus.open();
  link.open();
  return { bus, sharedCache, closeRedis: () => link.close() };
}

function createNumbers(
  { numbers, calls }: Settings,
  store: Store,
  bus: Bus,
  shared: SharedCache | null,
  { logger, health, metrics }: Observability,
) {
  const mappings = createMappingRepository(store);
  const lookup = createCachedLookup(
    {
      load: (number) => mappings.loadForCall(number),
      shared,
      bus,
      clock: systemClock,
      logger,
      onLookup: (source, kind) => metrics.lookup(source, kind),
    },
    {
      localTtlMs: numbers.cache.localTtlMs,
      unknownTtlMs: numbers.cache.unknownTtlMs,
      localEntries: numbers.cache.localEntries,
      staleMs,
      // The call waits a little longer than that, so what is known of a number comes in time.
      timeoutMs: Math.ceil(calls.lookupTimeoutMs * 0.8),
    },
  );
  const changes = createMappingChanges({ bus, shared, forget: lookup.forget });
  const mapper = createNumberMapper({ store, changes, clock: systemClock });
  const pools = createPools({ store, changes, clock: systemClock });
  const search = createMappingSearch(store);
  const editor = createMappingEditor({ store, search, changes, clock: systemClock });
  const keeper = createNumberKeeper({ store, changes, clock: systemClock, logger });
  const use = createMappingUse({ store, clock: systemClock, logger });
  const poolWatch = createPoolWatch({ pools, clock: systemClock, logger });
  health.register("pools", { kind: "pools", needed: false }, () => poolWatch.health);
  measurePools(metrics, poolWatch);
  store
    .ready()
    .then(() => pools.ensureDefault(numbers.defaultPool))
    .catch((error: unknown) => {
      // Calls do not need it; whoever uploads is told that there is no pool.
      logger.error("The pool of the settings could not be made", { setting: "DEFAULT_POOL", error });
    })
    .finally(() => {
      poolWatch.start();
      keeper.start();
    });
  return { mappings, lookup, mapper, pools, search, editor, keeper, use, poolWatch, changes };
}

/** By id: a name may be anything. A pool that does not run out at its present rate has no days. */
function measurePools(metrics: Metrics, watch: PoolWatch): void {
  const figures = (read: (pool: PoolDetails) => number | null) => () =>
    watch.pools.flatMap((pool) => {
      const figure = read(pool);
      return figure === null ? [] : [[String(pool.id), figure] as const];
    });
  metrics.gauges(
    "pool_free_numbers",
    "Numbers that a pool can give out now.",
    "pool",
    figures(({ counts }) => counts.free),
  );
  metrics.gauges(
    "pool_quarantined_numbers",
    "Numbers of a pool that rest after a release.",
    "pool",
    figures(({ counts }) => counts.quarantined),
  );
  metrics.gauges(
    "pool_empty_in_days",
    "When a pool will be empty at the rate of the last weeks.",
    "pool",
    figures(({ forecast }) => forecast.emptyInDays),
  );
  metrics.gauges(
    "pool_low",
    "1 when a pool will be empty before its threshold.",
    "pool",
    figures((pool) => (watch.low.includes(pool) ? 1 : 0)),
  );
}

async function startCallLog(
  settings: Settings,
  store: Store,
  { logger, health, metrics }: Observability,
): Promise<SpooledCallLog> {
  const callLog = await openCallLog({ ...settings.spool, sink: createRecordSink(store), logger });
  health.register("callLog", { kind: "spool", needed: false }, () => callLog.health);
  metrics.gauge(
    "spool_pending_records",
    "Call records that the database does not have yet.",
    () => callLog.state.pendingRecords,
  );
  metrics.gauge(
    "spool_oldest_pending_seconds",
    "How long the oldest of them has waited.",
    () => callLog.state.oldestPendingMs / 1000,
  );
  metrics.total(
    "spool_refused_records",
    "Call records that the database refused for good.",
    () => callLog.state.refusedRecords,
  );
  metrics.total(
    "spool_lost_lines",
    "Lines that could not be kept because the disk did not take them.",
    () => callLog.state.lostLines,
  );
  return callLog;
}

/** Exactly one record for every call, also where the dialplan had it and the database was away. */
function startUnrecordedCalls(
  { unrecordedCallsFile: file }: Settings,
  store: Store,
  { logger, health }: Observability,
): UnrecordedCalls | null {
  if (file === null) return null;
  const sink = createRecordSink(store, "replaceEnd");
  const unrecorded = takeOverUnrecordedCalls({ file, sink, clock: systemClock, logger });
  health.register("unrecordedCalls", { kind: "spool", needed: false }, () => unrecorded.health);
  return unrecorded;
}

const trunkOf = ({ name, dialPrefix, callerIdPolicy }: Settings["calls"]["trunks"][0]): OutboundTrunk => ({
  name,
  dialPrefix,
  callerId: callerIdPolicy,
});

function policyOf({ node, calls }: Settings): CallPolicy {
  const [first, ...others] = calls.trunks;
  return {
    node: node.name,
    trunks: [trunkOf(first), ...others.map(trunkOf)],
    lookupTimeoutMs: calls.lookupTimeoutMs,
    ringTimeoutMs: calls.ringTimeoutMs,
    maxLengthMs: calls.maxCallMs,
    announcements: calls.announcements,
  };
}

const ariMetrics = (metrics: Metrics, name: string): AriObserver => ({
  count: (what) =>
    metrics.ariIncident(
      name,
      what.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
    ),
  requestEnded: (outcome, tookMs) => metrics.ariRequest(name, outcome, tookMs),
});

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await run();

/** One plain line, but for several settings one each. The stack would only hide it. */
function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/gu, " ");
}

/** The process: settings, application, signals. */
async function run(): Promise<void> {
  try {
    restrictUmask();
    const application = await startApplication(loadSettings());
    application.stopOnSignals();
  } catch (error) {
    // The log's form is a setting too, so what is wrong with the settings is said plainly.
    process.stderr.write(`${startFailure(error)}\n`);
    // Parts that were opened before the failing one would keep the process alive.
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}
