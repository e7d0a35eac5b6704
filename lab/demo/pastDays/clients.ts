import { Random } from "../../simulated/random.ts";
import { realNumberOf } from "../../sipp/callees.ts";

/** A person of the demo who has a proxy number from `joinedDay` until the day before `leftDay`. */
export interface DemoClient {
  readonly realNumber: string;
  readonly proxyNumber: string;
  readonly label: string | null;
  readonly reference: string | null;
  /** Days since 1970, in UTC. */
  readonly joinedDay: number;
  readonly leftDay: number | null;
  readonly expiresDay: number | null;
  readonly disabled: boolean;
}

/** Clients who are there on the first day. */
const regulars = 240;
const newPerDay = 3;
/** Where the proxy numbers of the regulars and of the others begin in the demo's range. */
const firstProxy = { regular: 74_993_210_000, new: 74_993_213_000 };
/** New clients come back to the same numbers after this many days, which is longer than any quarantine. */
const cycleDays = 400;

const labels = ["Courier", "Курьер", "Driver", "Продавец", "Flat", "Мастер"];

/** All clients of the days from `firstDay` to `lastDay`. The same days always have the same ones. */
export function demoClients(seed: number, firstDay: number, lastDay: number): readonly DemoClient[] {
  const clients = Array.from({ length: regulars }, (_, index) =>
    // In no order, as a pool allocates them.
    client(new Random(seed + index), {
      serial: index,
      proxy: firstProxy.regular + ((index * 37) % 3_000),
      joinedDay: firstDay,
      stays: true,
    }),
  );
  for (let day = firstDay + 1; day <= lastDay; day += 1)
    for (let place = 0; place < newPerDay; place += 1) {
      const serial = (day % cycleDays) * newPerDay + place;
      const random = new Random(seed + 1_000 + serial);
      clients.push(
        client(random, {
          serial: 1_000 + serial,
          proxy: firstProxy.new + ((serial * 37) % (cycleDays * newPerDay)),
          joinedDay: day,
          stays: random.chance(0.5),
        }),
      );
    }
  return clients;
}

interface Origin {
  readonly serial: number;
  readonly proxy: number;
  readonly joinedDay: number;
  readonly stays: boolean;
}

function client(random: Random, { serial, proxy, joinedDay, stays }: Origin): DemoClient {
  const leftDay = stays ? null : joinedDay + random.from([4, 24]);
  return {
    realNumber: realNumberOf("ringsThenAnswers", serial),
    proxyNumber: String(proxy),
    label: random.chance(0.93) ? `${labels[serial % labels.length]} ${serial + 1}` : null,
    reference: random.chance(0.7) ? `ORD-${10_000 + serial}` : null,
    joinedDay,
    leftDay,
    expiresDay: random.chance(0.15) ? joinedDay + random.from([20, 120]) : null,
    disabled: random.chance(0.03),
  };
}
