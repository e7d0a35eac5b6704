/**
 * A process that ends calls without pause, whatever its disk and its database do, to be killed at any moment.
 * Arguments: folder of the spool, address of the database as JSON. Prints each call's number when it has ended, and its
 * health whenever that changes.
 */
import { openCallLog } from "../../src/callLog/callLog.ts";
import { createRecordSink } from "../../src/callLog/database/recordSink.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { callRecord, openCall } from "./callRecords.ts";
import { silentLogger } from "./silentLogger.ts";

const [directory = "", addressText = ""] = process.argv.slice(2);
const address: DatabaseAddress = JSON.parse(addressText);
const store = createStore({ address, logger: silentLogger });
store.open();
const log = await openCallLog({ directory, sink: createRecordSink(store), logger: silentLogger });

let ended = 0;
let health = "";
setInterval(() => {
  const callId = `call-${ended}`;
  log.opened(openCall(callId));
  log.ended(callRecord(callId));
  process.stdout.write(`ended ${ended}\n`);
  ended += 1;
  if (log.health.status === health) return;
  health = log.health.status;
  process.stdout.write(`health ${health}\n`);
}, 10);
