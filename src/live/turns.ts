/**
 * Gives each message to all receivers, some of them in each turn of the event loop, so that calls get their turn. The
 * next message waits until all have had the one before.
 */
export class Turns<Message, Receiver> {
  readonly #perTurn: number;
  readonly #receivers: () => readonly Receiver[];
  readonly #give: (receiver: Receiver, message: Message) => void;
  readonly #done: () => void;
  readonly #messages: Message[] = [];
  #busy = false;

  constructor(options: {
    readonly perTurn: number;
    /** Those of the next message. */
    readonly receivers: () => readonly Receiver[];
    readonly give: (receiver: Receiver, message: Message) => void;
    /** No message is waiting any more. */
    readonly done: () => void;
  }) {
    this.#perTurn = options.perTurn;
    this.#receivers = options.receivers;
    this.#give = options.give;
    this.#done = options.done;
  }

  get busy(): boolean {
    return this.#busy;
  }

  send(message: Message): void {
    this.#messages.push(message);
    if (this.#busy) return;
    this.#busy = true;
    this.#turn(this.#receivers(), 0);
  }

  #turn(receivers: readonly Receiver[], from: number): void {
    const [message] = this.#messages;
    if (message === undefined) return;
    const to = from + this.#perTurn;
    for (const receiver of receivers.slice(from, to)) this.#give(receiver, message);
    if (to < receivers.length) {
      setImmediate(() => this.#turn(receivers, to));
      return;
    }
    this.#messages.shift();
    if (this.#messages.length > 0) {
      setImmediate(() => this.#turn(this.#receivers(), 0));
      return;
    }
    this.#busy = false;
    this.#done();
  }
}
