/**
 * A process that starts and ends calls as fast as possible, to be killed at any moment. Arguments: spool folder, prefix
 * of the call IDs, database address as JSON. Prints a line for each group of calls written to disk: the number of calls
 * ended so far.
 */
import { openCallLog } from "../../src/callLog/callLog.ts";
import { createRecordSink } from "../../src/callLog/database/recordSink.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { callRecord, openCall } from "./callRecords.ts";
import { silentLogger } from "./silentLogger.ts";

const [directory = "", prefix = "", addressText = ""] = process.argv.slice(2);
const address: DatabaseAddress = JSON.parse(addressText);
const store = createStore({ address, logger: silentLogger });
store.open();
const log = await openCallLog({
  directory,
  sink: createRecordSink(store),
  logger: silentLogger,
  gatherMs: 1,
  segmentBytes: 50_000,
});

for (const call of log.openCalls()) log.ended(callRecord(call.callId, { statusReason: "interrupted" }));
for (let ended = 0; ;) {
  for (let group = 0; group < 20; group += 1) {
    const callId = `${prefix}.${ended}`;
    log.opened(openCall(callId));
    log.opened(openCall(callId, { answeredAtMs: 1_763_873_005_456 }));
    // There is always one unfinished call, so that a kill always leaves an open call.
    log.opened(openCall(`${prefix}.open`, { answeredAtMs: ended }));
    log.ended(callRecord(callId));
    ended += 1;
  }
  await log.flush();
  process.stdout.write(`${ended}\n`);
}
