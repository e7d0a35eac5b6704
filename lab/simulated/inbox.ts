/** Turns of the promise queue between two messages, enough for awaiting code to continue in between. */
const turns = 3;

/**
 * Delivers messages one by one, each in its own turn, as a socket does: the consequences of a response happen before
 * the next message is seen, and no message interrupts its receiver.
 */
export class Inbox {
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #held = false;

  /** Nothing is read until `release()`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#busy || this.#waiting.length === 0) return;
    this.#busy = true;
    this.#afterTurns(turns);
  }

  post(message: () => void): void {
    this.#waiting.push(message);
    if (this.#busy || this.#held) return;
    this.#busy = true;
    this.#afterTurns(turns);
  }

  #afterTurns(left: number): void {
    queueMicrotask(() => {
      if (left > 1) this.#afterTurns(left - 1);
      else this.#next();
    });
  }

  #next(): void {
    const message = this.#held ? undefined : this.#waiting.shift();
    if (!message) {
      this.#busy = false;
      return;
    }
    this.#afterTurns(turns);
    message();
  }
}
