import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../lab/lab.ts";
import { countRecords } from "./numbers.ts";

/** Records are written after the calls. Resolves with their number once all exist, or none has been added for 5 s. */
export const untilRecorded = async (lab: LabAddresses, expected: number): Promise<number> => {
  let written = await countRecords(lab);
  let newestAt = Date.now();
  while (written < expected && Date.now() - newestAt < 5_000) {
    await delay(200);
    const now = await countRecords(lab);
    if (now > written) newestAt = Date.now();
    written = now;
  }
  return written;
};
