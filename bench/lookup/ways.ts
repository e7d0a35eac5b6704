import { drive, type Driven } from "../support/drive.ts";
import { HttpClient } from "../support/httpClient.ts";
import { processTimeMs } from "../support/processTime.ts";

/** Concurrent lookups, for ways that wait for a response. */
export const AT_ONCE = 32;

/** One way to look up a number, measured in turn with the others. */
export interface Way {
  readonly name: string;
  readonly about: string;
  /** PID of the responding process, whose processor time is measured. */
  readonly pid: number;
  readonly atOnce: number;
  readonly batch?: number;
  /** Called before each round, because servers close idle connections. */
  readonly open: () => Promise<Asking> | Asking;
}

export interface Asking {
  readonly ask: () => Promise<unknown>;
  readonly close: () => void;
}

export interface Round extends Driven {
  /** Processor time of the responding process per lookup. */
  readonly cpuUs: number;
}

/** Requests the paths in turn over `AT_ONCE` keep-alive connections. */
export const askingOverHttp =
  (port: number, paths: readonly string[], headers: Readonly<Record<string, string>> = {}) =>
  async (): Promise<Asking> => {
    const clients = await Promise.all(
      Array.from({ length: AT_ONCE }, () => HttpClient.connect("127.0.0.1", port, headers)),
    );
    const free = [...clients];
    let next = 0;
    return {
      ask: async () => {
        const client = free.pop();
        if (client === undefined) throw new Error("More questions at once than connections.");
        next = (next + 1) % paths.length;
        await client.get(paths[next] ?? "/");
        free.push(client);
      },
      close: () => {
        for (const client of clients) client.close();
      },
    };
  };

export const measure = async (way: Way, durationMs: number): Promise<Round> => {
  const { pid, atOnce, batch = 1 } = way;
  const { ask, close } = await way.open();
  const before = processTimeMs(pid);
  const driven = await drive(ask, { atOnce, durationMs, batch });
  const cpuMs = processTimeMs(pid) - before;
  close();
  return { ...driven, cpuUs: (cpuMs * 1000) / ((driven.perSecond * durationMs) / 1000) };
};
