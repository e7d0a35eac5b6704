import { pathToFileURL } from "node:url";
import { loadSettings } from "../config/settings.ts";
import { SettingsError } from "../config/settingsError.ts";
import type { Settings } from "../config/types.ts";
import { startAccess } from "./app/access.ts";
import { openBus } from "./app/bus.ts";
import { openCallLogs, receiveLines } from "./app/callLog.ts";
import { createCallLookups, notingNewestCalls } from "./app/callLookup.ts";
import { createCalls } from "./app/calls.ts";
import { openDatabase } from "./app/database.ts";
import { measureInstallation } from "./app/figures.ts";
import { prepareFiles } from "./app/files.ts";
import { layFoundation } from "./app/foundation.ts";
import { startHttp } from "./app/http.ts";
import { openImports } from "./app/imports.ts";
import { createLive } from "./app/live.ts";
import { createNumbers } from "./app/numbers.ts";
import { openServiceManager } from "./app/serviceManager.ts";
import { startMonitoring } from "./app/monitoring.ts";
import { startPrivacy } from "./app/privacy.ts";
import { startRetention } from "./app/retention.ts";
import { ErasedNumbers } from "./callLog/database/erasedNumbers.ts";
import type { CallController } from "./calls/types.ts";
import { restrictUmask } from "./ops/privateFiles.ts";
import { Shutdown } from "./ops/shutdown.ts";
import type { Logger } from "./ops/types.ts";
import type { CallObserver } from "./values/observedCall.ts";

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
    hangUp: calls === null ? null : calls.hangUp,
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

  const { shutdownDeadlineMs: deadlineMs } = settings;
  const shutdown = new Shutdown({
    deadlineMs,
    clock,
    logger,
    exit: substitutes.exit ?? ((code) => process.exit(code)),
  });
  shutdown.phase("readiness", () => foundation.readiness.stopping());
  const serviceManager = openServiceManager(foundation, http.url);
  shutdown.phase("service manager", () => serviceManager.stopping());
  // Without Asterisk no call can finish, and the phases below still need their time.
  shutdown.phase("calls", () => calls?.drain(), deadlineMs / 2);
  shutdown.phase("asterisk", () => calls?.close());
  // The dialplan's fallback may look up numbers until the last call is handed over.
  shutdown.phase("http", () => http.close(deadlineMs / 4));
  shutdown.phase("imports", async () => {
    privacy.close();
    await retention.close();
    await imports.close();
  });
  shutdown.phase("call log", () => logs?.close(deadlineMs / 4));
  shutdown.phase("numbers", async () => {
    await numbers.close();
    await access.close();
    await shared.close();
  });
  shutdown.phase("database", () => {
    figures.close();
    monitoring.close();
    return database.close();
  });

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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await run();

/** One plain line, or one per invalid setting; a stack trace would only hide it. */
function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/gu, " ");
}

/** The process: settings, application, signals. */
async function run(): Promise<void> {
  try {
    restrictUmask();
    const application = await startApplication(loadSettings());
    application.stopOnSignals();
  } catch (error) {
    // There is no logger without settings, so the error goes to standard error as plain text.
    process.stderr.write(`${startFailure(error)}\n`);
    // Parts opened before the failure would keep the process alive.
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}
