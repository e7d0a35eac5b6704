/**
 * A bounded map that drops entries not used recently. Two generations: an entry found in the old one moves to the
 * young one; when the young one is full, it becomes the old one, and the old one is dropped. A hit costs one lookup
 * and no bookkeeping, and the size stays between half and all of the capacity.
 */
export class GenerationCache<Key, Value> {
  readonly #halfCapacity: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** 0: stores nothing. */
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
