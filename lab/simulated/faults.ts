import type { Random, Range } from "./random.ts";

/** The properties of a message between Asterisk and a client that faults can match. */
interface Message {
  readonly kind: "event" | "request" | "response";
  /** Type of an event; `RESTRequest` and `RESTResponse` otherwise. */
  readonly type: string;
  /** Of the request, for requests and their responses. */
  readonly method?: string;
  /** Of the request, with a leading slash and without `/ari`. */
  readonly path?: string;
  /** Application whose event it is. */
  readonly application?: string;
  readonly channelId?: string;
}

type Matcher = Partial<Omit<Message, "path">> & { readonly path?: string | RegExp };

/**
 * - `drop`: it never arrives. A dropped request is not carried out; that of a dropped response was.
 * - `delay`: by `ms`; later messages may overtake it.
 * - `duplicate`: an event or response arrives twice.
 * - `malformed`: it arrives cut off in the middle.
 * - `hold`: it arrives after the next message of its socket.
 */
export type Fault =
  | { readonly do: "drop" | "duplicate" | "malformed" | "hold" }
  | { readonly do: "delay"; readonly ms: Range };

/** Probability of each fault per message, 0 to 1. */
interface FaultRates {
  readonly drop?: number;
  readonly duplicate?: number;
  readonly malformed?: number;
  readonly hold?: number;
  readonly delay?: number;
  readonly delayMs?: Range;
  /** The kinds of messages affected, all by default. */
  readonly kinds?: readonly Message["kind"][];
  /** The messages that may be affected, all by default. For example, a healthy socket never loses a single event. */
  readonly only?: (message: Message) => boolean;
}

interface Rule {
  readonly match: Matcher;
  readonly fault: Fault;
  left: number;
  hits: number;
}

/** Faults on demand: first those set by rules, then random ones. */
export class Faults {
  readonly #random: Random;
  readonly #rules: Rule[] = [];
  #rates: FaultRates = {};
  #active = false;
  /** Every request takes this much longer. */
  slowMs: Range = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Affects the next `times` matching messages; all of them without it. */
  on(match: Matcher, fault: Fault["do"] | Fault, times = Infinity): { readonly hits: number } {
    const wanted: Fault =
      typeof fault !== "string" ? fault : fault === "delay" ? { do: "delay", ms: 100 } : { do: fault };
    const rule: Rule = { match, fault: wanted, left: times, hits: 0 };
    this.#rules.push(rule);
    this.#active = true;
    return rule;
  }

  /** Adds random faults from now on, derived from the seed. */
  byChance(rates: FaultRates): void {
    this.#rates = rates;
    this.#active = true;
  }

  /** Ends all faults. */
  clear(): void {
    this.#rules.length = 0;
    this.#rates = {};
    this.#active = false;
    this.slowMs = 0;
  }

  /** The faults of this message. */
  for(message: Message): Fault | null {
    if (!this.#active) return null;
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !matches(rule.match, message)) continue;
      rule.left--;
      rule.hits++;
      return rule.fault;
    }
    return this.#chance(message);
  }

  #chance(message: Message): Fault | null {
    const { kind } = message;
    const rates = this.#rates;
    if (rates.kinds && !rates.kinds.includes(kind)) return null;
    if (rates.only && !rates.only(message)) return null;
    if (this.#random.chance(rates.drop ?? 0)) return { do: "drop" };
    if (this.#random.chance(rates.delay ?? 0)) return { do: "delay", ms: rates.delayMs ?? [1, 200] };
    if (kind === "request") return null;
    for (const fault of ["duplicate", "malformed", "hold"] as const)
      if (this.#random.chance(rates[fault] ?? 0)) return { do: fault };
    return null;
  }
}

function matches(match: Matcher, message: Message): boolean {
  const { path, ...rest } = match;
  if (path !== undefined) {
    if (message.path === undefined) return false;
    if (typeof path === "string" ? path !== message.path : !path.test(message.path)) return false;
  }
  return (Object.keys(rest) as (keyof typeof rest)[]).every(
    (key) => rest[key] === undefined || rest[key] === message[key],
  );
}
