import { foundMapping, lookupForStrangers } from "../../lab/strangers.ts";
import { createAriConnection } from "../../src/ari/connection.ts";
import { openCallLog } from "../../src/callLog/callLog.ts";
import { createRecordSink } from "../../src/callLog/database/recordSink.ts";
import { eventsForCalls } from "../../src/calls/bridge/facts.ts";
import { BridgeController } from "../../src/calls/bridge/controller.ts";
import { createServer } from "node:http";
import { isPhoneNumber } from "../../src/values/phoneNumber.ts";
import { createLocalBus } from "../../src/bus/localBus.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { createLogger } from "../../src/ops/logger.ts";
import { createStore } from "../../src/store/store.ts";
import { createLive } from "../../src/app/live.ts";
import { noteDecisions } from "./decisions.ts";
import { callPolicy } from "../support/callPolicy.ts";

/**
 * The controller and the live board in one process, as with `ROLE=all`: ARI client, calls, spool, records and figures
 * in SQLite, and WebSockets. Lookups are answered from memory.
 */

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
};

const logger = createLogger({ level: "info", format: "json" });
const clock = systemClock;
const store = createStore({ address: { kind: "sqlite", file: setting("SQLITE_FILE") }, logger });
store.open();
await store.ready();
const callLog = await openCallLog({ directory: setting("SPOOL_DIR"), logger, sink: createRecordSink(store) });
const bus = createLocalBus({ logger });
bus.open();
const watching = createLive({
  node: "benchmark",
  store,
  bus,
  clock,
  logger,
  hangUp: () => false,
  placeTestCall: null,
});
const server = createServer((_, response) => response.end());
watching.attach(server, async () => ({ seesRealNumbers: true }));
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

const ari = createAriConnection(
  {
    name: "asterisk",
    url: setting("ASTERISK_URL"),
    username: "phone-proxy",
    password: "simulated",
    application: "phone-proxy",
  },
  { events: eventsForCalls, logger, clock },
);

const noteDecision = noteDecisions();
const controller = new BridgeController(
  {
    ari,
    lookup: lookupForStrangers(async (proxyNumber) => {
      const realNumber = `7900${proxyNumber.slice(4)}`;
      if (!isPhoneNumber(realNumber)) throw new Error("The benchmark's numbers are wrong.");
      return foundMapping(proxyNumber, realNumber);
    }),
    callLog,
    signsOfLife: { lastOf: () => null, found: () => undefined, lost: () => undefined },
    clock,
    logger,
    observe: (before, after, cause) => {
      watching.observe(before, after, cause);
      noteDecision(before, after, cause);
    },
  },
  {
    policy: callPolicy,
    fallbackContext: "fallback",
  },
);
ari.open();

const untilReconciled = (): void => {
  if (controller.reconciled) process.send?.({ ready: true, url: `http://127.0.0.1:${port}` });
  else setTimeout(untilReconciled, 20);
};
untilReconciled();
