import { type AsteriskFile, readAsteriskFile } from "../callLog/asteriskFile/reader.ts";
import { openCallLog } from "../callLog/callLog.ts";
import type { SpooledCallLog } from "../callLog/spooledCallLog.ts";
import type { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import { createRecordSink } from "../callLog/database/recordSink.ts";
import { LineStore, storeTexts } from "../callLog/lines.ts";
import { asteriskLineOf } from "../callLog/rules/asteriskLine.ts";
import type { Bus } from "../bus/types.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { LinePorts } from "../http/calls/lineRoutes.ts";
import type { Store } from "../store/types.ts";
import type { Foundation } from "./foundation.ts";

interface CallLogs {
  readonly callLog: SpooledCallLog;
  /** null without `ASTERISK_CALL_FILE`. */
  readonly callFile: AsteriskFile | null;
  /** Waits at most `drainMs` for the spool to reach the database. */
  close(drainMs: number): Promise<void>;
}

/** The spool with its write-behind, and Asterisk's own account of the calls. */
export async function openCallLogs(
  foundation: Foundation,
  store: Store,
  erased: ErasedNumbers,
): Promise<CallLogs> {
  const { settings, logger, health, metrics } = foundation;
  const callLog = await openCallLog({
    ...settings.spool,
    sink: createRecordSink(store, erased),
    erased,
    logger,
    awaitsLines: settings.asteriskCallFile !== null,
  });
  const file = readLines(foundation, callLog);
  health.register("callLog", { kind: "spool", needed: false }, () => callLog.health);
  metrics.gauge(
    "spool_pending_records",
    "Call records that are not in the database yet.",
    () => callLog.state.pendingRecords,
  );
  metrics.gauge(
    "spool_oldest_pending_seconds",
    "Age of the oldest call record that is not in the database yet.",
    () => callLog.state.oldestPendingMs / 1000,
  );
  metrics.total(
    "spool_refused_records",
    "Call records rejected by the database.",
    () => callLog.state.refusedRecords,
  );
  metrics.total(
    "spool_lost_lines",
    "Lines lost because they could not be written to disk.",
    () => callLog.state.lostLines,
  );
  return {
    callLog,
    callFile: file,
    async close(drainMs) {
      await file?.close();
      await callLog.drain(drainMs);
      await callLog.close();
    },
  };
}

function readLines(
  { settings, clock, logger, health }: Foundation,
  callLog: SpooledCallLog,
): AsteriskFile | null {
  const { asteriskCallFile: file } = settings;
  if (file === null) return null;
  const { lines } = callLog;
  const reader = readAsteriskFile({ file, lines, saved: () => callLog.linesSaved, clock, logger });
  health.register("callFile", { kind: "spool", needed: false }, () => reader.health);
  return reader;
}

const linesTopic = "call lines";

/**
 * Asterisk's lines from another machine, on any instance. Every instance hears of them, because the one that follows a
 * call may be another; an instance that misses them learns the end of the call from Asterisk's events.
 */
export function receiveLines(
  store: Store,
  bus: Bus,
  metrics: Pick<Metrics, "total">,
  { callLog, erased }: { readonly callLog: SpooledCallLog | null; readonly erased: ErasedNumbers },
): LinePorts {
  const lines = callLog?.lines ?? new LineStore(createRecordSink(store, erased), null);
  metrics.total(
    "calls_over_limit_total",
    "Calls that Asterisk refused because it had as many as MAX_CALLS. They have no record.",
    () => lines.counts.overLimit,
  );
  metrics.total(
    "calls_overload_total",
    "Calls refused with the status overload, by the dialplan or by a controller.",
    () => lines.counts.overload,
  );
  bus.subscribe(linesTopic, (payload) => {
    if (!Array.isArray(payload)) return;
    const heard = payload.flatMap((text) => (typeof text === "string" ? (asteriskLineOf(text) ?? []) : []));
    lines.tell(heard);
    lines.stored(heard);
  });
  return {
    async receive(texts) {
      const rejected = await storeTexts(lines, texts);
      const left = new Set(rejected);
      bus.publish(
        linesTopic,
        texts.filter((_, index) => !left.has(index)),
      );
      return rejected;
    },
  };
}
