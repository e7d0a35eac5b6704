/** The PJSIP endpoint of a channel: `trunk-out-3` of `PJSIP/trunk-out-3-0000002a`; empty for other channels. */
export const endpointOf = (channelName: string): string =>
  /^PJSIP\/(.+)-[0-9a-f]{8,}$/.exec(channelName)?.[1] ?? "";

/**
 * The endpoints of one Asterisk. A trunk may be split into the endpoints `NAME-0` to `NAME-9`, because Asterisk's work
 * for each call grows with the live calls of its endpoint. Everywhere else it is one trunk.
 */
export class Trunks {
  readonly #names: ReadonlySet<string>;
  #endpoints: ReadonlySet<string> = new Set();
  /** How many endpoints each split trunk has. */
  readonly #ways = new Map<string, number>();
  readonly #turns = new Map<string, number>();

  /** @param names the trunks of the settings: one of them may be called `NAME-1` itself. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** The names of all endpoints. */
  learn(endpoints: Iterable<string>): void {
    this.#endpoints = new Set(endpoints);
    this.#ways.clear();
  }

  /** The endpoints of a trunk that Asterisk has. */
  endpointsOf(trunk: string): readonly string[] {
    const parts = Array.from({ length: this.#waysOf(trunk) }, (_, way) => `${trunk}-${way}`);
    return this.#endpoints.has(trunk) ? [trunk, ...parts] : parts;
  }

  /** The trunk to which an endpoint belongs. */
  trunkOf(endpoint: string): string {
    if (this.#names.has(endpoint)) return endpoint;
    const trunk = /^(.+)-\d$/.exec(endpoint)?.[1];
    return trunk !== undefined && this.#endpoints.has(`${trunk}-0`) ? trunk : endpoint;
  }

  /** The endpoint for the next call of a split trunk; null for a whole one. */
  nextWay(trunk: string): number | null {
    const ways = this.#waysOf(trunk);
    if (ways === 0) return null;
    const turn = this.#turns.get(trunk) ?? 0;
    this.#turns.set(trunk, turn + 1);
    return turn % ways;
  }

  #waysOf(trunk: string): number {
    const known = this.#ways.get(trunk);
    if (known !== undefined) return known;
    let ways = 0;
    while (ways < 10 && this.#endpoints.has(`${trunk}-${ways}`)) ways += 1;
    this.#ways.set(trunk, ways);
    return ways;
  }
}
