/**
 * A bounded map that forgets what has not been asked for lately. Two generations: what is found in the old
 * one moves to the young one, and when the young one is full it becomes the old one and the old one goes.
 * So a hit costs one look-up and no bookkeeping, and the size stays between half the capacity and all of it.
 */
export class GenerationCache<Key, Value> {
  readonly #halfCapacity: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** 0: remembers nothing. */
  constructor(capacity: number) {
    this.#halfCapacity = Math.ceil(capacity / 2);
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#halfCapacity === 0) return;
    if (this.#young.size >= this.#halfCapacity && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
