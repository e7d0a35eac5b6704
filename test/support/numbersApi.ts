import { lookupForStrangers } from "../../lab/strangers.ts";
import Koa from "koa";
import { answerProblems } from "../../src/http/server/middleware.ts";
import { startHttpServer } from "../../src/http/server/server.ts";
import { createRenumbering } from "../../src/numbers/mappings/renumber.ts";
import { createAdding } from "../../src/numbers/mappings/add.ts";
import { createAside } from "../../src/http/server/aside.ts";
import { servedRoutes } from "../../src/http/features.ts";
import { createNumberReader } from "../../src/http/mappings/lookupNumbers.ts";
import { createRouting } from "../../src/http/server/routing.ts";
import { systemClock } from "../../src/ops/clock.ts";
import type { Store } from "../../src/store/types.ts";
import { openAccessOn } from "./api.ts";
import { createAnswerCheck } from "./apiDocument.ts";
import { silentLogger } from "./silentLogger.ts";
import { inputReaders } from "./routing.ts";
import { numbersOn } from "./numbers.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  /** The parsed JSON, of any shape. */
  readonly body: Record<string, unknown>;
}

/** Only the API's routes for pools, mappings, lookups, and exports. */
export async function startNumbersApi(store: Store) {
  const numbers = numbersOn(store);
  const nowMs = (): number => numbers.clock.nowMs();
  const { search, editor, pools, repository } = numbers;
  const defaultCountry = "RU";
  const add = createAdding(numbers.mapper, repository);
  const aside = createAside({ logger: silentLogger, clock: systemClock }, { defaultCountry });
  const lookup = {
    byProxyNumber: async (number: Parameters<typeof repository.loadForCall>[0]) => {
      const mapping = await repository.loadForCall(number);
      return mapping === null ? ({ kind: "unknown" } as const) : ({ kind: "found", mapping } as const);
    },
  };
  const { access, close: closeAccess } = openAccessOn(store);
  const routes = servedRoutes(
    {
      lookups: {
        lookup,
        callLookup: lookupForStrangers((number) => lookup.byProxyNumber(number)),
        mappings: repository,
        readNumber: createNumberReader(defaultCountry),
        nowMs,
        tally: { count: () => undefined },
      },
      mappings: {
        mappings: repository,
        search,
        editor,
        add,
        renumber: createRenumbering({ ...numbers, store, add }),
        history: access.history,
        simulate: () => Promise.reject(new Error("Nothing is simulated here.")),
        nowMs,
        timeZone: "UTC",
      },
      pools: { pools, aside },
    },
    inputReaders(defaultCountry),
  );
  const check = createAnswerCheck();
  const app = new Koa();
  app.use(check.middleware);
  app.use(answerProblems(silentLogger));
  // Full access, because permissions have their own tests.
  const { gate, audit } = access;
  const browserHeaders = async (): Promise<void> => undefined;
  app.use(
    createRouting(routes, {
      gate,
      audit,
      logger: silentLogger,
      clientAddress: () => "127.0.0.1",
      browserHeaders,
    }),
  );
  const server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  const fetchPath = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, init);

  async function ask(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetchPath(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json" },
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      headers: response.headers,
      body: text === "" ? {} : JSON.parse(text),
    };
  }

  async function close(): Promise<void> {
    await server.close(1000);
    await aside.close();
    await closeAccess();
    check.assertAllDocumented();
  }

  return { numbers, fetchPath, ask, close };
}

export type NumbersApi = Awaited<ReturnType<typeof startNumbersApi>>;
