import type { CalleePlan } from "../../../lab/parties/callees.ts";
import type { CallerPlan, Callers } from "../../../lab/parties/callers.ts";
import type { LegSeen } from "../../../lab/parties/journal.ts";
import type { CallSeen } from "../../../lab/parties/verdict.ts";
import type { Random } from "../../../lab/simulated/random.ts";

/** A mapping that one call at a time uses, so that the legs of both parties can be matched. */
export interface LoadNumber {
  readonly proxy: string;
  readonly real: string;
}

interface Kind {
  /** Of a hundred calls. */
  readonly share: number;
  readonly plan: (
    random: Random,
    talkMs: readonly [number, number],
  ) => {
    readonly caller: Pick<CallerPlan, "giveUpAfterMs" | "talkMs">;
    readonly callee: CalleePlan;
  };
}

const waits = { giveUpAfterMs: null, talkMs: null } as const;
const ringing = { provisional: 180, talkMs: null } as const;

const refused = (code: number, share: number): Kind => ({
  share,
  plan: (random) => ({
    caller: waits,
    callee: { ...ringing, final: { code, afterMs: random.from([50, 1_000]) } },
  }),
});

/** The mix of calls: most are answered, the others end in every way that a provider knows. */
const kinds: readonly Kind[] = [
  {
    share: 45,
    plan: (random, talkMs) => ({
      caller: { giveUpAfterMs: null, talkMs: random.from(talkMs) },
      callee: { ...ringing, final: { code: 200, afterMs: random.from([0, 1_500]) } },
    }),
  },
  {
    share: 21,
    plan: (random, talkMs) => ({
      caller: waits,
      callee: {
        provisional: random.chance(0.2) ? 183 : 180,
        final: { code: 200, afterMs: random.from([0, 1_500]) },
        talkMs: random.from(talkMs),
      },
    }),
  },
  {
    share: 14,
    plan: (random) => ({
      caller: { giveUpAfterMs: random.from([200, 2_500]), talkMs: null },
      callee: { ...ringing, final: null },
    }),
  },
  { share: 4, plan: () => ({ caller: waits, callee: { ...ringing, final: null } }) },
  refused(486, 8),
  refused(603, 3),
  refused(404, 3),
  refused(503, 2),
];

interface LoadOptions {
  readonly callers: Callers;
  readonly numbers: readonly LoadNumber[];
  readonly random: Random;
  readonly callsPerSecond: number;
  /** Talk of answered calls. */
  readonly talkMs: readonly [number, number];
  /** Only answered calls, for faults that are about conversations. */
  readonly answeredOnly?: boolean;
  /** Seven digits from which the callers' numbers count. */
  readonly firstCaller: number;
}

/** Calls at an even pace, mixed by chance, and what their parties saw. */
export class MixedLoad {
  readonly #options: LoadOptions;
  readonly #free: LoadNumber[];
  readonly #plans = new Map<string, CalleePlan>();
  readonly #placed: { readonly number: LoadNumber; readonly leg: Promise<LegSeen> }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #serial = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#free = [...options.numbers];
  }

  /** For the callees: what the called number does now. */
  readonly planOf = (number: string): CalleePlan =>
    this.#plans.get(number) ?? { ...ringing, final: { code: 404, afterMs: 0 } };

  get placed(): number {
    return this.#placed.length;
  }

  start(): void {
    this.#timer = setInterval(() => this.placeOne(), 1000 / this.#options.callsPerSecond);
  }

  /** Places no more calls; those in progress continue. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  placeOne(): void {
    const { random, talkMs, callers, answeredOnly = false, firstCaller } = this.#options;
    const number = this.#free.shift();
    if (number === undefined) throw new Error("The load has more calls under way than numbers.");
    const { caller, callee } = this.#kind(answeredOnly).plan(random, talkMs);
    this.#plans.set(number.real, callee);
    this.#serial += 1;
    const from = `7916${String(firstCaller + this.#serial).padStart(7, "0")}`;
    const leg = callers.place({ to: number.proxy, from, ...caller });
    this.#placed.push({ number, leg });
    // Not at once: a late leg to this number must not be mistaken for one of the next call.
    void leg.then(() => setTimeout(() => this.#free.push(number), 2_000).unref());
  }

  #kind(answeredOnly: boolean): Kind {
    const possible = answeredOnly ? kinds.slice(0, 2) : kinds;
    let left = this.#options.random.next() * possible.reduce((sum, { share }) => sum + share, 0);
    for (const kind of possible) {
      left -= kind.share;
      if (left < 0) return kind;
    }
    return possible[0] as Kind;
  }

  /** Resolves when every call is over, with both sides of each. */
  async over(calleeLegs: () => readonly LegSeen[]): Promise<CallSeen[]> {
    const callers = await Promise.all(this.#placed.map(({ leg }) => leg));
    const calls = callers.map((caller, index) => ({
      caller,
      real: this.#placed[index]?.number.real ?? "",
      callees: [] as LegSeen[],
    }));
    const newestTo = new Map<string, (typeof calls)[number][]>();
    for (const call of calls) newestTo.set(call.real, [...(newestTo.get(call.real) ?? []), call]);
    for (const leg of calleeLegs())
      newestTo
        .get(leg.to)
        ?.findLast(({ caller }) => caller.invitedAtMs <= leg.invitedAtMs)
        ?.callees.push(leg);
    return calls.map(({ caller, callees }) => ({ caller, callees }));
  }
}
