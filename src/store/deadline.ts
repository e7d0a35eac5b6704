import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import { StoreAwayError } from "./errors.ts";

/** Rejects with `StoreAwayError` when the promise takes longer; what it comes to later is ignored. */
export async function withinDeadline<T>(
  clock: SteadyClock,
  promise: Promise<T>,
  timeoutMs: number,
): Promise<T> {
  let stop: (() => void) | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    stop = setPatientTimer(
      clock,
      () => {
        promise.catch(() => undefined);
        reject(new StoreAwayError("The database did not answer in time."));
      },
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    stop?.();
  }
}
