import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import { StoreLateError } from "./errors.ts";

/** Rejects with `StoreLateError` if the promise takes longer; its later outcome is ignored. */
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
        reject(new StoreLateError());
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
