/** Who waits: turns pass from address to address, and at each address from name to name. */
export interface Place {
  /** As of `visitorNetwork`. */
  readonly network: string;
  readonly name: string;
  /** Signed in, or at an address where this user has signed in before. */
  readonly known: boolean;
}

interface FairQueueOptions {
  readonly concurrency: number;
  /** Beyond this, the address with the most waiting loses its last one, so that there is room for all others. */
  readonly mostWaiting: number;
  /** The error for those who lose their place. */
  readonly refusal: () => Error;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: Error) => void;
}

/** By address, then by name. Maps keep insertion order: the first has waited longest for its turn. */
class Line {
  readonly #networks = new Map<string, Map<string, Waiting[]>>();
  readonly #sizes = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#networks.size === 0;
  }

  add({ network, name }: Place, waiting: Waiting): void {
    const names = this.#networks.get(network) ?? new Map<string, Waiting[]>();
    this.#networks.set(network, names);
    names.set(name, [...(names.get(name) ?? []), waiting]);
    this.#sizes.set(network, (this.#sizes.get(network) ?? 0) + 1);
  }

  next(): Waiting | null {
    const [turn] = this.#networks;
    const [entry] = turn?.[1] ?? [];
    if (turn === undefined || entry === undefined) return null;
    const [network, names] = turn;
    const [name, [first, ...rest]] = entry;
    this.#put(network, names, name, rest);
    return first ?? null;
  }

  /** The last of the name with the most waiting, at the address with the most waiting. */
  longest(): Waiting | null {
    const network = keyOfMost(this.#sizes, (size) => size);
    const names = network === null ? undefined : this.#networks.get(network);
    const name = names === undefined ? null : keyOfMost(names, ({ length }) => length);
    if (network === null || names === undefined || name === null) return null;
    const all = names.get(name) ?? [];
    this.#put(network, names, name, all.slice(0, -1));
    return all.at(-1) ?? null;
  }

  /** One has left: its name and its address go to the end, if anyone is left there. */
  #put(network: string, names: Map<string, Waiting[]>, name: string, rest: Waiting[]): void {
    names.delete(name);
    if (rest.length > 0) names.set(name, rest);
    this.#networks.delete(network);
    if (names.size > 0) this.#networks.set(network, names);
    const size = (this.#sizes.get(network) ?? 1) - 1;
    if (size === 0) this.#sizes.delete(network);
    else this.#sizes.set(network, size);
  }
}

function keyOfMost<Value>(map: ReadonlyMap<string, Value>, size: (value: Value) => number): string | null {
  let most: string | null = null;
  let mostSize = 0;
  for (const [key, value] of map) {
    if (size(value) <= mostSize) continue;
    most = key;
    mostSize = size(value);
  }
  return most;
}

/**
 * Runs work with limited concurrency. A flood from one address, or for one name, waits for itself; others wait for one
 * turn of each address at most. Those who are known take turns with all others.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #known = new Line();
  readonly #others = new Line();
  #running = 0;
  #waiting = 0;
  #lastWasKnown = false;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  async run<T>(place: Place, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#wait(place);
    try {
      return await work();
    } finally {
      // The slot passes on directly, so that no other call gets in between.
      const next = this.#next();
      if (next === null) this.#running -= 1;
      else next.begin();
    }
  }

  #wait(place: Place): Promise<void> {
    return new Promise((begin, refuse) => {
      (place.known ? this.#known : this.#others).add(place, { begin, refuse });
      this.#waiting += 1;
      if (this.#waiting <= this.#options.mostWaiting) return;
      const loser = this.#others.longest() ?? this.#known.longest();
      this.#waiting -= 1;
      loser?.refuse(this.#options.refusal());
    });
  }

  #next(): Waiting | null {
    const useKnown = this.#others.isEmpty || (!this.#known.isEmpty && !this.#lastWasKnown);
    const next = (useKnown ? this.#known : this.#others).next();
    if (next === null) return null;
    this.#waiting -= 1;
    this.#lastWasKnown = useKnown;
    return next;
  }
}
