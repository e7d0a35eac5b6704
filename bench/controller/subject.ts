import { foundMapping, lookupForStrangers } from "../../lab/strangers.ts";
import { createAriConnection } from "../../src/ari/connection.ts";
import { openCallLog } from "../../src/callLog/callLog.ts";
import { eventsForCalls as eventsForBridge } from "../../src/calls/bridge/facts.ts";
import { BridgeController } from "../../src/calls/bridge/controller.ts";
import { DialController } from "../../src/calls/dial/controller.ts";
import { eventsForCalls as eventsForDial } from "../../src/calls/dial/facts.ts";
import type { Lookup } from "../../src/values/mapping.ts";
import { isPhoneNumber, type PhoneNumber } from "../../src/values/phoneNumber.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { createLogger } from "../../src/ops/logger.ts";
import { callPolicy } from "../support/callPolicy.ts";
import type { Ready, SubjectFigures } from "./messages.ts";

/**
 * Only the controller, in its own process: our ARI client, the calls, and the spool on a real disk. Lookups are
 * answered from memory and records only counted, so that no database affects the result.
 */

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
};

let events = 0;
let records = 0;

const logger = createLogger({ level: "info", format: "json" });
const callLog = await openCallLog({
  directory: setting("SPOOL_DIR"),
  logger,
  sink: {
    write: async (batch) => {
      records += batch.length;
    },
    blame: () => "statement",
  },
});

const mappings = new Map<PhoneNumber, Lookup>();
const found = (proxyNumber: PhoneNumber): Lookup => {
  const realNumber = `79${proxyNumber.slice(2)}`.replace(/^7955/u, "7900");
  if (!isPhoneNumber(realNumber)) throw new Error("The benchmark's numbers are wrong.");
  return foundMapping(proxyNumber, realNumber);
};

const dials = setting("CONNECT") === "dial";
const ari = createAriConnection(
  {
    name: "asterisk",
    url: setting("ASTERISK_URL"),
    username: "phone-proxy",
    password: "simulated",
    application: "phone-proxy",
  },
  { events: dials ? eventsForDial : eventsForBridge, logger, clock: systemClock },
);

const ports = {
  ari,
  lookup: lookupForStrangers(async (proxyNumber) => {
    // Bounded like the real cache, because each of the benchmark's numbers is called only once.
    if (mappings.size >= 10_000) mappings.clear();
    const known = mappings.get(proxyNumber) ?? found(proxyNumber);
    mappings.set(proxyNumber, known);
    return known;
  }),
  callLog,
  signsOfLife: { lastOf: () => null, found: () => undefined, lost: () => undefined },
  clock: systemClock,
  logger,
  observe: () => undefined,
};
const controller = dials
  ? new DialController(ports, callPolicy)
  : new BridgeController(ports, { policy: callPolicy, fallbackContext: "fallback" });
ari.listen({
  connected: () => undefined,
  disconnected: () => undefined,
  event: () => {
    events += 1;
  },
});
ari.open();

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  process.send?.({
    cpuMs: (user + system) / 1000,
    heapBytes: process.memoryUsage().heapUsed,
    liveCalls: controller.size,
    events,
    records,
  } satisfies SubjectFigures);
});

const untilReconciled = (): void => {
  if (controller.reconciled) process.send?.({ ready: true } satisfies Ready);
  else setTimeout(untilReconciled, 20);
};
untilReconciled();
