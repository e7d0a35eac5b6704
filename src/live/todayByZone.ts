import type { LiveToday } from "./browserMessages.ts";

/** Today's calls in the time zones of the viewers, from the last answer of the database. */
export class TodayByZone {
  readonly #ask: (zone: string, nowMs: number) => Promise<LiveToday>;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, LiveToday | null>();
  readonly #asking = new Set<string>();

  constructor(ask: (zone: string, nowMs: number) => Promise<LiveToday>, nowMs: () => number) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  /** null while the database is unavailable. */
  of(zone: string): LiveToday | null {
    return this.#known.get(zone) ?? null;
  }

  has(zone: string): boolean {
    return this.#known.has(zone);
  }

  /** Forgets all other zones. */
  keepOnly(zones: ReadonlySet<string>): void {
    for (const zone of this.#known.keys()) if (!zones.has(zone)) this.#known.delete(zone);
  }

  /** Asks for new figures, unless the last question is still unanswered. */
  renew(zone: string): void {
    if (this.#asking.has(zone)) return;
    this.#asking.add(zone);
    this.#ask(zone, this.#nowMs())
      .catch(() => null)
      .then((figures) => {
        this.#asking.delete(zone);
        this.#known.set(zone, figures);
      })
      .catch(() => undefined);
  }
}
