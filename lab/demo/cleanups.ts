type Cleanup = () => Promise<unknown>;

/** Cleanups to run at the end, the last one first. */
export class Cleanups {
  readonly #list: Cleanup[] = [];

  add(cleanup: Cleanup): void {
    this.#list.push(cleanup);
  }

  /** Runs all of them, even if some fail. */
  async run(onError: (error: unknown) => void): Promise<void> {
    for (const cleanup of this.#list.splice(0).toReversed()) await cleanup().catch(onError);
  }
}

/** Settles like the promise, or rejects with the signal's reason as soon as it is aborted. */
export const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};

/** Rejects with the signal's reason if it is aborted first. */
export const pause = async (forMs: number, signal: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, forMs);
  });
  try {
    await unlessAborted(over, signal);
  } finally {
    clearTimeout(timer);
  }
};
