/**
 * A process that begins and ends calls as fast as it can, to be killed at any moment. Arguments: folder of
 * the spool, prefix of its call ids, address of the database as JSON. Prints one line for each group of calls
 * that is on the disk: the number of calls ended so far.
 */
import { openCallLog } from "../../src/callLog/callLog.ts";
import { createRecordSink } from "../../src/callLog/database/recordSink.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { callRecord, openCall } from "./callRecords.ts";
import { quietLogger } from "./databases.ts";

const [directory = "", prefix = "", addressText = ""] = process.argv.slice(2);
const address: DatabaseAddress = JSON.parse(addressText);
const store = createStore({ address, logger: quietLogger });
store.open();
const log = await openCallLog({
  directory,
  sink: createRecordSink(store),
  logger: quietLogger,
  gatherMs: 1,
  segmentBytes: 50_000,
});

for (const call of log.openCalls()) log.ended(callRecord(call.callId, { statusReason: "interrupted" }));
for (let ended = 0; ;) {
  for (let group = 0; group < 20; group += 1) {
    const callId = `${prefix}.${ended}`;
    log.opened(openCall(callId));
    log.opened(openCall(callId, { answeredAtMs: 1_763_873_005_456 }));
    // One of these always waits for its end, so that a kill always leaves an open call.
    log.opened(openCall(`${prefix}.open`, { answeredAtMs: ended }));
    log.ended(callRecord(callId));
    ended += 1;
  }
  await log.flush();
  process.stdout.write(`${ended}\n`);
}
