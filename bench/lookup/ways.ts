import { drive, type Driven } from "../support/drive.ts";
import { HttpClient } from "../support/httpClient.ts";
import { processTimeMs } from "../support/processTime.ts";

/** Callers at a time where an answer has to be waited for. */
export const AT_ONCE = 32;

/** One way of asking, measured in turn with others. */
export interface Way {
  readonly name: string;
  readonly about: string;
  /** Process that answers; its processor time is counted. */
  readonly pid: number;
  readonly atOnce: number;
  readonly batch?: number;
  /** Called before every round, because servers close idle connections. */
  readonly open: () => Promise<Asking> | Asking;
}

export interface Asking {
  readonly ask: () => Promise<unknown>;
  readonly close: () => void;
}

export interface Round extends Driven {
  /** Of the process that answers, for each question. */
  readonly cpuUs: number;
}

/** Asks for the paths in turn, over `AT_ONCE` connections that are kept. */
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
