import {
  asteriskKilled,
  controllerEnded,
  controllerFrozen,
  mysqlOutages,
  type Outage,
  redisOutages,
  together,
} from "./outages.ts";

/** One line of `docs/reliability.md`. */
export interface Fault {
  readonly name: string;
  readonly outage: Outage;
  readonly controllers: number;
  /** Calls at this rate the whole time, or so many conversations before the outage. */
  readonly load:
    | { readonly callsPerSecond: number }
    | { readonly conversations: number; readonly talkMs: readonly [number, number] };
  /** How long the outage lasts; null: what is away does not come back before the calls are over. */
  readonly seconds: number | null;
}

const conversations = { conversations: 50, talkMs: [3_000, 30_000] } as const;

const controllerFaults = [controllerEnded("SIGKILL"), controllerEnded("SIGTERM"), controllerFrozen];

/** `outageSeconds`: of one that heals, 60 in the full matrix. */
export function faultMatrix(outageSeconds: number): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (outage: Outage, more: Omit<Fault, "name" | "outage">): void => {
    const { controllers, load, seconds } = more;
    const what =
      "callsPerSecond" in load ? `${load.callsPerSecond} calls/s` : `${load.conversations} live calls`;
    const long = seconds === null ? "for good" : `for ${seconds} s`;
    const standby = controllers > 1 ? ", with a standby" : "";
    faults.push({ name: `${outage.name} ${long}, ${what}${standby}`, outage, ...more });
  };
  for (const outage of controllerFaults)
    for (const controllers of [1, 2]) {
      const lengths = outage === controllerFrozen ? [20] : [3, outageSeconds, null];
      for (const seconds of lengths) {
        add(outage, { controllers, load: { callsPerSecond: 15 }, seconds });
        add(outage, { controllers, load: conversations, seconds });
      }
    }
  const load = { callsPerSecond: 10 };
  for (const outage of [...mysqlOutages, ...redisOutages])
    add(outage, { controllers: 1, load, seconds: outageSeconds });
  const [mysqlKilled, mysqlFrozen] = mysqlOutages as [Outage, Outage];
  const [redisKilled, redisFrozen] = redisOutages as [Outage, Outage];
  add(together(mysqlKilled, redisKilled), { controllers: 1, load, seconds: outageSeconds });
  add(together(mysqlFrozen, redisFrozen), { controllers: 1, load, seconds: outageSeconds });
  add(together(mysqlKilled, redisKilled, controllerEnded("SIGKILL")), {
    controllers: 1,
    load,
    seconds: outageSeconds,
  });
  add(together(mysqlFrozen, controllerFrozen), { controllers: 1, load, seconds: outageSeconds });
  add(asteriskKilled, {
    controllers: 1,
    load: { conversations: 30, talkMs: [20_000, 30_000] },
    seconds: 3,
  });
  add(together(asteriskKilled, controllerEnded("SIGKILL")), {
    controllers: 1,
    load: { conversations: 30, talkMs: [20_000, 30_000] },
    seconds: 3,
  });
  return faults;
}
