import { join } from "node:path";
import type { Settings } from "../../config/types.ts";
import type { AriConnection } from "../ari/types.ts";
import type { CallLog } from "../callLog/types.ts";
import { readHolder } from "../calls/active/holder.ts";
import { watchUnattended } from "../calls/active/unattended.ts";
import { healthOfAsterisk } from "../calls/asteriskHealth.ts";
import { wallTimeOf } from "../calls/callTimes.ts";
import { countCalls } from "../calls/callMetrics.ts";
import { BridgeController } from "../calls/bridge/controller.ts";
import type { CallPolicy } from "../calls/decision/policy.ts";
import { DialController } from "../calls/dial/controller.ts";
import { guardAgainstOverload } from "../calls/overload/overloadGuard.ts";
import { SignsOfLife } from "../calls/signsOfLife.ts";
import { createTrunkWatch } from "../calls/trunkWatch.ts";
import { placeTestCall } from "../calls/testCall.ts";
import type { CallLookup } from "../values/knownParties.ts";
import type { CallController, CallPorts } from "../calls/types.ts";
import type { CallObserver } from "../values/observedCall.ts";
import type { Store } from "../store/types.ts";
import { useWhenActive } from "./active.ts";
import type { FollowedAsterisk } from "../live/instanceMessages.ts";
import type { TestCallAnswer } from "../live/testCalls.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { Foundation } from "./foundation.ts";
import { watchInboundTrunks } from "./inboundTrunks.ts";

/** The context in `asterisk/extensions.conf` where the dialplan connects calls. */
const fallbackContext = "fallback";

interface Calls {
  readonly controllers: readonly CallController[];
  /** Observes every transition of every call. Register before `open`. */
  observe(observer: CallObserver): void;
  /** False when no controller of this instance has the call. */
  readonly hangUp: (callId: string) => boolean;
  /** Calls the real number behind a proxy number. Never rejects. */
  readonly placeTestCall: (asterisk: string, proxyNumber: PhoneNumber) => Promise<TestCallAnswer>;
  /** The Asterisks whose calls this instance follows, connected or not. */
  asterisks(): readonly FollowedAsterisk[];
  /** Whether a call is in progress. */
  busy(): boolean;
  /** Connects to every Asterisk that has no other active controller, and stands by for the others. */
  open(): void;
  /** New calls go to the dialplan; resolves when no call is being set up. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** One controller per configured Asterisk. */
export function createCalls(
  foundation: Foundation,
  {
    lookup,
    callLog,
    store,
  }: { readonly lookup: CallLookup; readonly callLog: CallLog; readonly store: Store },
): Calls {
  const { settings, clock, logger, health, metrics } = foundation;
  const observers: CallObserver[] = [
    countCalls(metrics, clock),
    watchInboundTrunks(foundation, { store, callLog }),
  ];
  const signs = new SignsOfLife(join(settings.spool.directory, "last-seen.json"));
  const holder = readHolder(settings.node.name, settings.spool.directory, logger);
  const asterisks = settings.asterisk.servers.map((address) => useWhenActive(foundation, address, holder));
  const connections = asterisks.map(({ connection }) => connection);
  const controllers = asterisks.map(({ connection: ari, keeper, settings: kept }) => {
    const controller = createController(settings, {
      ari,
      lookup,
      callLog,
      clock,
      logger,
      signsOfLife: signs,
      observe: (before, after, cause) => {
        for (const observer of observers) observer(before, after, cause);
      },
    });
    // One connected Asterisk is enough to handle calls.
    health.register(ari.name, { kind: "asterisk", needed: true, group: "asterisk" }, () =>
      healthOfAsterisk(keeper.standing, ari.status, controller, kept.differing),
    );
    return controller;
  });
  const stopSigns = signs.keep(clock, logger, (asterisk) => {
    const heardMs = connections.find(({ name }) => name === asterisk)?.heardMs ?? null;
    return heardMs === null ? null : wallTimeOf(clock, heardMs);
  });
  const stopWatching = asterisks.map(({ connection, keeper, request }, index) =>
    watchUnattended({
      asterisk: connection.name,
      request,
      callLog,
      clock,
      signsOfLife: signs,
      mayJudge: () => keeper.standing.role === "standby" || controllers[index]?.reconciled === true,
    }),
  );
  const guards = connections.map((ari) => guardAgainstOverload({ ari, clock, logger }));
  const stopTrunkWatches = watchTrunks(foundation, connections);
  metrics.gauge("live_calls", "Calls in progress.", () =>
    controllers.reduce((calls, controller) => calls + controller.liveCallCount, 0),
  );
  metrics.gauges("ari_connected", "1 while this Asterisk is connected.", "asterisk", () =>
    connections.map(({ name, status }) => [name, status.state === "connected" ? 1 : 0]),
  );
  metrics.gauges(
    "controller_active",
    "1 while this controller handles the calls of this Asterisk, 0 while it stands by.",
    "asterisk",
    () => asterisks.map(({ connection, keeper }) => [connection.name, keeper.mayAct() ? 1 : 0]),
  );
  metrics.gauges(
    "calls_shed_ratio",
    "Share of new calls that are refused because calls come too late, 0 to 1.",
    "asterisk",
    () => connections.map(({ name }, index) => [name, (guards[index]?.percent ?? 0) / 100]),
  );
  const { waitingFor } = settings.asterisk;
  if (waitingFor !== null) {
    const detail = `Cannot connect to Asterisk until ${waitingFor} is set`;
    health.register("asterisk", { kind: "asterisk", needed: true }, () => ({ status: "down", detail }));
    logger.warn("Calls cannot be handled until a setting is set", { setting: waitingFor });
  }
  let stopping = false;
  return {
    controllers,
    observe: (observer) => void observers.push(observer),
    hangUp: (callId) => controllers.some((controller) => controller.hangUp(callId)),
    async placeTestCall(name, proxyNumber) {
      if (stopping) return { kind: "stopping" };
      const asterisk = asterisks.find(({ connection }) => connection.name === name);
      if (asterisk === undefined || !asterisk.keeper.mayAct()) return { kind: "unreachable" };
      return placeTestCall(asterisk.connection, proxyNumber);
    },
    asterisks: () =>
      asterisks.flatMap(({ connection: { name, status }, keeper }) =>
        // Another controller follows the calls.
        keeper.standing.role === "standby"
          ? []
          : [{ name, systemName: status.systemName, heard: status.state === "connected" }],
      ),
    busy: () => controllers.some(({ liveCallCount }) => liveCallCount > 0),
    open() {
      for (const asterisk of asterisks) asterisk.open();
    },
    async drain() {
      stopping = true;
      await Promise.all(controllers.map((controller) => controller.drain()));
    },
    async close() {
      stopSigns();
      for (const stop of stopWatching) stop();
      for (const guard of guards) guard.close();
      stopTrunkWatches();
      await Promise.all(asterisks.map((asterisk) => asterisk.close()));
    },
  };
}

/** The two ways to connect calls. */
function createController(settings: Settings, ports: CallPorts): CallController {
  const policy = policyOf(settings);
  return settings.calls.connect === "dial"
    ? new DialController(ports, policy)
    : new BridgeController(ports, { policy, fallbackContext });
}

function watchTrunks(
  { settings, clock, health, metrics }: Foundation,
  connections: readonly AriConnection[],
): () => void {
  const trunks = connections.flatMap((connection) =>
    settings.calls.trunks.map(({ name }) => {
      // Several Asterisks may have trunks of the same name.
      const label = connections.length === 1 ? name : `${name} of ${connection.name}`;
      const watch = createTrunkWatch({ ari: connection, trunk: name, clock });
      // Calls skip a trunk that is down if there is another.
      health.register(`trunk ${label}`, { kind: "trunk", needed: false }, () => watch.health);
      return { label, watch };
    }),
  );
  metrics.gauges("trunk_reachable", "1 while the outbound trunk is reachable.", "trunk", () =>
    trunks.flatMap(({ label, watch: { reachable } }) =>
      reachable === null ? [] : [[label, reachable] as const],
    ),
  );
  return () => {
    for (const { watch } of trunks) watch.close();
  };
}

function policyOf({ node, calls }: Settings): CallPolicy {
  return {
    node: node.name,
    trunks: calls.trunks,
    failOverCodes: calls.failOverCodes,
    lookupTimeoutMs: calls.lookupTimeoutMs,
    ringTimeoutMs: calls.ringTimeoutMs,
    silentTrunkMs: calls.silentTrunkMs,
    maxLengthMs: calls.maxCallMs,
    announcements: calls.announcements,
  };
}
