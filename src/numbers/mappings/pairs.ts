interface Loaders<Key, Value> {
  one(key: Key): Promise<Value>;
  other(key: Key): Promise<Value>;
  /** Both in one statement. */
  both(one: Key, other: Key): Promise<readonly [Value, Value]>;
}

interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Two kinds of questions that usually come together, such as those about the two parties of a call. Questions of one
 * turn of the event loop are sent in pairs: each statement costs this process and the database more than its rows.
 */
export class Pairs<Key, Value> {
  readonly #loaders: Loaders<Key, Value>;
  #ones: Waiting<Key, Value>[] = [];
  #others: Waiting<Key, Value>[] = [];

  constructor(loaders: Loaders<Key, Value>) {
    this.#loaders = loaders;
  }

  one(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => this.#wait(this.#ones, { key, resolve, reject }));
  }

  other(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => this.#wait(this.#others, { key, resolve, reject }));
  }

  #wait(kind: Waiting<Key, Value>[], question: Waiting<Key, Value>): void {
    if (this.#ones.length + this.#others.length === 0) process.nextTick(() => this.#ask());
    kind.push(question);
  }

  #ask(): void {
    const ones = this.#ones;
    const others = this.#others;
    this.#ones = [];
    this.#others = [];
    const loaders = this.#loaders;
    for (let index = 0; index < Math.max(ones.length, others.length); index += 1) {
      const one = ones[index];
      const other = others[index];
      if (one !== undefined && other !== undefined) {
        loaders.both(one.key, other.key).then(
          ([first, second]) => {
            one.resolve(first);
            other.resolve(second);
          },
          (error: unknown) => {
            one.reject(error);
            other.reject(error);
          },
        );
      } else if (one !== undefined) loaders.one(one.key).then(one.resolve, one.reject);
      else if (other !== undefined) loaders.other(other.key).then(other.resolve, other.reject);
    }
  }
}
