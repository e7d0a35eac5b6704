import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { callStatuses } from "../../src/values/callRecord.ts";
import { CallLog } from "../../src/store/entities/calls.ts";
import { createStore } from "../../src/store/store.ts";
import { createLogger } from "../../src/ops/logger.ts";
import { pause, unlessAborted } from "./cleanups.ts";
import type { SeenRecord } from "./judge.ts";

/** A record is written behind the call; where the database is away for longer, it is not waited for. */
const WAIT_MS = 20_000;
const ASK_AGAIN_MS = 100;

interface CallOf {
  /** The dialled number. */
  readonly to: string;
  readonly from: string;
}

/** Reads the application's records, over a connection of its own. */
export interface RecordReader {
  /**
   * All records of one call, once there is one; an empty list when none has come in time, null when the
   * database does not answer either.
   */
  of(call: CallOf, signal: AbortSignal): Promise<readonly SeenRecord[] | null>;
  close(): Promise<void>;
}

export const openRecords = async (address: DatabaseAddress, signal: AbortSignal): Promise<RecordReader> => {
  const logger = createLogger({ level: "error", format: "pretty", destination: process.stderr });
  const store = createStore({ address, logger });
  store.open();
  try {
    await unlessAborted(store.ready(), signal);
  } catch (error) {
    await store.close();
    throw error;
  }
  const find = async ({ to, from }: CallOf): Promise<readonly SeenRecord[]> => {
    const rows = await store.read((manager) =>
      manager.find(CallLog, { where: { fakePhone: to, callerId: from } }),
    );
    return rows.map(({ callStatus, realPhone, callDuration }) => ({
      status: callStatuses.find((known) => known === callStatus) ?? "failed",
      realNumber: realPhone,
      durationSeconds: callDuration,
    }));
  };
  return {
    of: async (call, abort) => {
      const giveUpAt = performance.now() + WAIT_MS;
      for (;;) {
        // The database may go away and come back meanwhile: people try that in a demo.
        const records = await find(call).catch(() => null);
        if ((records !== null && records.length > 0) || performance.now() > giveUpAt) return records;
        await pause(ASK_AGAIN_MS, abort);
      }
    },
    close: () => store.close(),
  };
};
