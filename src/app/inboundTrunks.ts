import { createCallReader } from "../callLog/database/callReader.ts";
import type { CallLog } from "../callLog/types.ts";
import { createInboundTrunkWatch } from "../calls/inboundTrunkWatch.ts";
import type { ArrivedCall } from "../calls/inboundTrunkWatch.ts";
import { testCallTrunk } from "../values/testCall.ts";
import { isOver } from "../values/observedCall.ts";
import type { CallObserver } from "../values/observedCall.ts";
import type { Store } from "../store/types.ts";
import type { Foundation } from "./foundation.ts";

/** How many of the newest calls are searched for the last one of each trunk when the application starts. */
const readAtStart = 1000;
/** Bounds the memory, whatever lines say. */
const mostTrunks = 40;

/** Health and metrics of the inbound trunks: what arrived last, and what was refused last. */
export function watchInboundTrunks(
  { settings, clock, logger, health, metrics }: Foundation,
  { store, callLog }: { readonly store: Store; readonly callLog: Pick<CallLog, "listen"> },
): CallObserver {
  const watches = new Map<string, ReturnType<typeof createInboundTrunkWatch>>();
  const see = (trunk: string | null, call: ArrivedCall): void => watches.get(trunk ?? "")?.see(call);

  function add(name: string, isListed: boolean): void {
    const watch = createInboundTrunkWatch(name, isListed);
    watches.set(name, watch);
    health.register(`inbound trunk ${name}`, { kind: "inboundTrunk", needed: false }, () => watch.health);
  }
  for (const { name } of settings.calls.inboundTrunks) add(name, true);

  /** Only Asterisk's lines say for certain which trunk a call came in on. */
  function discover(name: string): void {
    const isTrunk = name !== "" && name !== testCallTrunk;
    if (isTrunk && !watches.has(name) && watches.size < mostTrunks) add(name, false);
  }
  const times = (timeOf: "lastCallAtMs" | "lastRefusalAtMs") => () =>
    [...watches].flatMap(([name, watch]) => {
      const atMs = watch[timeOf];
      return atMs === null ? [] : [[name, atMs / 1000] as const];
    });
  metrics.gauges(
    "inbound_trunk_last_call_timestamp_seconds",
    "When the last call arrived on the inbound trunk.",
    "trunk",
    times("lastCallAtMs"),
  );
  metrics.gauges(
    "inbound_trunk_last_refusal_timestamp_seconds",
    "When the last call on the inbound trunk was refused before anything was dialled.",
    "trunk",
    times("lastRefusalAtMs"),
  );

  async function recall(): Promise<void> {
    await store.ready();
    const { items } = await createCallReader(store, clock).page({}, { limit: readAtStart });
    for (const { callId, startedAtMs, status, reason, outboundTrunk, inboundTrunk } of items)
      see(inboundTrunk, { callId, atMs: startedAtMs, status, reason, dialled: outboundTrunk !== null });
  }
  // Then only what arrives from now on is known.
  recall().catch((error: unknown) => logger.debug("Could not read the newest calls", { error }));

  // Calls that the dialplan handled alone are known only from Asterisk's lines.
  callLog.listen((callId, _line, { startedAtMs, status, statusReason, outboundTrunk, inboundTrunk }) => {
    discover(inboundTrunk);
    see(inboundTrunk, {
      callId,
      atMs: startedAtMs,
      status,
      reason: statusReason,
      dialled: outboundTrunk !== null,
    });
  });

  return (before, after) => {
    if (!isOver(after) || after.ending === null || (before !== null && isOver(before))) return;
    const { callId, atMs, ending, outboundTrunk, inboundTrunk } = after;
    const { status, reason } = ending;
    see(inboundTrunk, { callId, atMs, status, reason, dialled: outboundTrunk !== null });
  };
}
