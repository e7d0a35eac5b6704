/** More calls than Asterisk could still report at any time. */
const rememberedCalls = 20_000;

/** The call IDs added last. */
export class RecentIds {
  readonly #ids: Set<string>;

  constructor(ids: readonly string[] = []) {
    this.#ids = new Set(ids.slice(-rememberedCalls));
  }

  has(callId: string): boolean {
    return this.#ids.has(callId);
  }

  add(callId: string): void {
    this.#ids.add(callId);
    if (this.#ids.size <= rememberedCalls) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }

  /** Whether the ID was present. */
  take(callId: string): boolean {
    return this.#ids.delete(callId);
  }
}
