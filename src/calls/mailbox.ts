/**
 * Handles messages one after another, in order, also when handling one brings forth the next. A throw does
 * not keep the following messages from being handled; the first one is thrown again when the box is empty.
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
