import { StoreAwayError } from "./errors.ts";

/** Rejects with `StoreAwayError` when the promise takes longer; what it comes to later is then nobody's business. */
export async function withinDeadline<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      promise.catch(() => undefined);
      reject(new StoreAwayError("The database did not answer in time."));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
