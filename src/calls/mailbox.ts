/**
 * Handles messages one at a time, in order, including messages posted while handling one. If a handler throws, the
 * remaining messages are still handled, and the first error is rethrown when the box is empty.
 */
export class Mailbox<T> {
  readonly #handle: (message: T) => void;
  #waiting: T[] = [];
  #busy = false;

  constructor(handle: (message: T) => void) {
    this.#handle = handle;
  }

  post(message: T): void {
    if (this.#busy) {
      this.#waiting.push(message);
      return;
    }
    this.#busy = true;
    let failure: { readonly error: unknown } | null = null;
    let next: T | undefined = message;
    while (next !== undefined) {
      try {
        this.#handle(next);
      } catch (error) {
        failure ??= { error };
      }
      next = this.#waiting.shift();
    }
    this.#busy = false;
    if (failure) throw failure.error;
  }
}
