import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { callStatuses } from "../../src/values/callRecord.ts";
import { CallLog } from "../../src/store/entities/calls.ts";
import { pause } from "./cleanups.ts";
import type { SeenRecord } from "./judge.ts";
import { openDemoStore } from "./openStore.ts";

/** Records are written after the call. A database that is away for longer than this is not waited for. */
const WAIT_MS = 20_000;
const ASK_AGAIN_MS = 100;

interface CallOf {
  /** The dialled number. */
  readonly to: string;
  readonly from: string;
}

/** Reads the application's records over a separate connection. */
export interface RecordReader {
  /**
   * All records of one call, as soon as there is one. Empty if there is none in time; null if the database does not
   * respond.
   */
  of(call: CallOf, signal: AbortSignal): Promise<readonly SeenRecord[] | null>;
  close(): Promise<void>;
}

export const openRecords = async (address: DatabaseAddress, signal: AbortSignal): Promise<RecordReader> => {
  const store = await openDemoStore(address, signal);
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
        // The database may stop and come back in the meantime, which is worth trying in a demo.
        const records = await find(call).catch(() => null);
        if ((records !== null && records.length > 0) || performance.now() > giveUpAt) return records;
        await pause(ASK_AGAIN_MS, abort);
      }
    },
    close: () => store.close(),
  };
};
