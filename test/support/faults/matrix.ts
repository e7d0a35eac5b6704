import {
  callFileFull,
  clockAhead,
  clockBehind,
  controllerCutOff,
  controllerFrozen,
  controllerKilled,
  controllerStopped,
  spoolFull,
} from "./controllerOutages.ts";
import { type Outage, together } from "./outage.ts";
import {
  asteriskKilled,
  mysqlFrozen,
  mysqlKilled,
  mysqlOutages,
  redisFrozen,
  redisKilled,
  redisOutages,
} from "./outages.ts";
import { mysqlOutOfConnections, mysqlOutOfDisk, mysqlReadOnly } from "./mysqlOutages.ts";
import { redisOutOfConnections, redisOutOfDisk, redisOutOfMemory, redisReadOnly } from "./redisOutages.ts";

/** One line of `docs/reliability.md`. */
export interface Fault {
  readonly name: string;
  readonly outage: Outage;
  readonly controllers: number;
  /** Calls at this rate the whole time, or this many conversations before the outage. */
  readonly load:
    | { readonly callsPerSecond: number }
    | { readonly conversations: number; readonly talkMs: readonly [number, number] };
  /** How long the outage lasts; null: until after the calls are over. */
  readonly seconds: number | null;
  /** Happens halfway through the outage, and is over after three seconds. */
  readonly inTheMiddle?: Outage;
}

const conversations = { conversations: 50, talkMs: [3_000, 30_000] } as const;

/** Both at once, in the same way. */
const bothAtOnce: readonly Outage[] = [
  together(mysqlKilled, redisKilled),
  together(mysqlFrozen, redisFrozen),
  together(mysqlReadOnly, redisReadOnly),
  together(mysqlOutOfConnections, redisOutOfConnections),
  together(mysqlOutOfDisk, redisOutOfDisk),
];

/** With their controller. */
const withController: readonly Outage[] = [
  together(mysqlKilled, redisKilled, controllerKilled),
  together(mysqlFrozen, controllerFrozen),
  together(redisFrozen, controllerFrozen),
];

const diskOutages: readonly Outage[] = [spoolFull, together(spoolFull, mysqlKilled), callFileFull];
const asteriskOutages: readonly Outage[] = [asteriskKilled, together(asteriskKilled, controllerKilled)];
const controllerOutages: readonly Outage[] = [
  controllerKilled,
  controllerStopped,
  controllerFrozen,
  controllerCutOff,
];

/** One of each kind, for random faults. */
export const allOutages: readonly Outage[] = [
  ...controllerOutages,
  ...mysqlOutages,
  ...redisOutages,
  ...bothAtOnce,
  ...withController,
  ...diskOutages,
  ...asteriskOutages,
  clockAhead,
  clockBehind,
];

/** Each kind once. Redis fails together with parts that do not need it, which saves time. */
export const shortOutages: readonly Outage[] = [
  controllerFrozen,
  controllerCutOff,
  together(controllerKilled, redisOutOfDisk),
  together(controllerStopped, redisOutOfConnections),
  ...mysqlOutages,
  together(clockAhead, redisKilled),
  together(clockBehind, redisFrozen),
  together(callFileFull, redisReadOnly),
  together(spoolFull, redisOutOfMemory),
  together(mysqlKilled, redisKilled, controllerKilled),
  together(mysqlFrozen, controllerFrozen),
  together(spoolFull, mysqlKilled),
  together(asteriskKilled, controllerKilled),
];

/** `outageSeconds`: of a temporary one, 60 in the full matrix. */
export function faultMatrix(outageSeconds: number): readonly Fault[] {
  const faults: Fault[] = [];
  const add = (outage: Outage, more: Omit<Fault, "name" | "outage">): void => {
    const { controllers, load, seconds, inTheMiddle } = more;
    const what =
      "callsPerSecond" in load ? `${load.callsPerSecond} calls/s` : `${load.conversations} live calls`;
    const long = seconds === null ? "for good" : `for ${seconds} s`;
    const standby = controllers > 1 ? ", with a standby" : "";
    const middle = inTheMiddle === undefined ? "" : `, ${inTheMiddle.name} in the middle`;
    faults.push({ name: `${outage.name} ${long}, ${what}${standby}${middle}`, outage, ...more });
  };
  for (const outage of controllerOutages)
    for (const controllers of [1, 2])
      for (const seconds of lengthsOf(outage, outageSeconds)) {
        add(outage, { controllers, load: { callsPerSecond: 15 }, seconds });
        add(outage, { controllers, load: conversations, seconds });
      }
  const load = { callsPerSecond: 10 };
  for (const outage of [
    ...mysqlOutages,
    ...redisOutages,
    ...bothAtOnce,
    ...withController,
    ...diskOutages,
    clockAhead,
    clockBehind,
  ])
    add(outage, { controllers: 1, load, seconds: outageSeconds });
  for (const outage of bothAtOnce)
    add(outage, { controllers: 1, load, seconds: outageSeconds, inTheMiddle: controllerKilled });
  for (const outage of asteriskOutages) {
    add(outage, {
      controllers: 1,
      load: { conversations: 30, talkMs: [20_000, 30_000] },
      seconds: 3,
    });
    add(outage, { controllers: 1, load, seconds: 3 });
  }
  return faults;
}

function lengthsOf(outage: Outage, outageSeconds: number): readonly (number | null)[] {
  if (outage === controllerFrozen) return [20];
  return outage === controllerCutOff ? [outageSeconds] : [3, outageSeconds, null];
}
