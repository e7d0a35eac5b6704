import type { Settings } from "../../config/types.ts";
import { startAccess } from "./access.ts";
import { openBus } from "./bus.ts";
import { openCallLogs, receiveLines } from "./callLog.ts";
import { createCallLookups, notingNewestCalls } from "./callLookup.ts";
import { createCalls } from "./calls.ts";
import { openDatabase } from "./database.ts";
import { measureInstallation } from "./figures.ts";
import { prepareFiles } from "./files.ts";
import { layFoundation } from "./foundation.ts";
import { startHttp } from "./http.ts";
import { openImports } from "./imports.ts";
import { createLaggingLists } from "./lists.ts";
import { createLive } from "./live.ts";
import { createNumbers } from "./numbers.ts";
import { openServiceManager } from "./serviceManager.ts";
import { startMonitoring } from "./monitoring.ts";
import { startPrivacy } from "./privacy.ts";
import { startRetention } from "./retention.ts";
import { planShutdown } from "./shutdown.ts";
import { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import type { CallController } from "../calls/types.ts";
import type { Logger } from "../ops/types.ts";
import type { CallObserver } from "../values/observedCall.ts";

/** Overrides for tests; the process itself uses none. */
interface Substitutes {
  readonly logger?: Logger;
  readonly exit?: (code: number) => void;
  /** Receives every transition of every call, like the metrics. */
  readonly observe?: CallObserver;
}

export interface Application {
  /** URL of the API. */
  readonly url: string;
  readonly controllers: readonly CallController[];
  /** Graceful shutdown; resolves when the last phase is done. */
  stop(reason: string): Promise<void>;
  /** Calls `stop` on SIGTERM and SIGINT. */
  stopOnSignals(): void;
}

/**
 * Constructs and starts every feature. Databases and Asterisk may come later: each part waits for its own. Throws
 * an error that names the setting if a folder, a file, or the port is unusable.
 */
export async function startApplication(
  settings: Settings,
  substitutes: Substitutes = {},
): Promise<Application> {
  const foundation = layFoundation(settings, substitutes.logger);
  const { clock, logger } = foundation;
  const { role } = settings.node;
  const monitoring = startMonitoring(foundation);
  prepareFiles(settings, logger);

  const database = openDatabase(foundation);
  const { store } = database;
  // It rejects when the application stops before.
  store.ready().then(
    () => foundation.readiness.started(),
    () => undefined,
  );
  const shared = openBus(foundation);
  const { bus } = shared;
  const numbers = createNumbers(foundation, store, shared);
  const erased = new ErasedNumbers(settings.numbers.defaultCountry);
  const logs = role === "web" ? null : await openCallLogs(foundation, store, erased);
  const { lookup, newestCalls } = createCallLookups(foundation, store, { numbers, shared });
  const calls =
    logs === null
      ? null
      : createCalls(foundation, {
          lookup,
          callLog: notingNewestCalls(logs.callLog, newestCalls, erased),
          store,
        });
  const live = createLive({
    node: settings.node.name,
    store,
    bus,
    clock,
    logger,
    defaultCountry: settings.numbers.defaultCountry,
    hangUp: calls?.hangUp ?? null,
    placeTestCall: calls?.placeTestCall ?? null,
    asterisks: () => calls?.asterisks() ?? [],
  });
  calls?.observe(live.observe);
  calls?.observe(numbers.use.observe);
  if (substitutes.observe !== undefined) calls?.observe(substitutes.observe);
  const lines = receiveLines(store, bus, foundation.metrics, { callLog: logs?.callLog ?? null, erased });
  const imports = openImports(foundation, {
    store,
    numbers,
    callsInProgress: () => calls?.busy() ?? false,
  });
  const privacy = startPrivacy(foundation, store, {
    shared,
    numbers,
    imports: imports.imports,
    live,
    newestCalls,
    erased,
    logs,
  });
  const retention = startRetention(foundation, store);
  const access = startAccess(settings, { ...foundation, store, bus });
  const http = await startHttp(foundation, {
    numbers,
    callLookup: lookup,
    imports: imports.imports,
    lists: createLaggingLists(foundation, store, shared),
    live,
    lines,
    access,
    privacy: privacy.privacy,
    retention,
    backup: monitoring.backup,
    eventLoop: monitoring.eventLoop,
  });
  access.open(http.url);
  const figures = measureInstallation(foundation, {
    store,
    search: numbers.search,
    stats: live.ports.stats,
  });

  const serviceManager = openServiceManager(foundation, http.url);
  const shutdown = planShutdown(
    foundation,
    {
      serviceManager,
      calls,
      http,
      privacy,
      retention,
      imports,
      logs,
      numbers,
      access,
      shared,
      figures,
      monitoring,
      database,
    },
    substitutes.exit,
  );

  calls?.open();
  serviceManager.ready();
  logger.info("Started", { role, url: http.url, version: process.version });
  return {
    url: http.url,
    controllers: calls?.controllers ?? [],
    stop: (reason) => shutdown.run(reason),
    stopOnSignals: () => shutdown.listen(process),
  };
}
