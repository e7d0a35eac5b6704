import type { Context, Middleware } from "koa";
import { openViewer } from "../../src/access/rules/rights.ts";
import type { Gate } from "../../src/http/access/gate.ts";
import { createBodyReader } from "../../src/http/server/body.ts";
import { createFields } from "../../src/http/server/fields.ts";
import type { InputReaders } from "../../src/http/server/route.ts";
import { createRouting } from "../../src/http/server/routing.ts";
import type { Routing, ServedRoute } from "../../src/http/server/routing.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { silentLogger } from "./silentLogger.ts";

/** Allows everything and audits nothing, for tests of the routes themselves. */
const openGate: Gate = {
  recognise: () => openViewer,
  admit: async () => openViewer,
  admitUpgrade: async () => ({ viewer: openViewer, onRevoked: () => () => undefined }),
};

export const inputReaders = (defaultCountry: string): InputReaders => ({
  fields: createFields(defaultCountry),
  bodies: createBodyReader(systemClock),
});

const noHeaders: Middleware = async () => undefined;

export const openRouting = (routes: readonly ServedRoute[]): Routing =>
  createRouting(routes, {
    gate: openGate,
    audit: { record: async () => undefined },
    logger: silentLogger,
    clientAddress: () => "127.0.0.1",
    browserHeaders: noHeaders,
  });

/** A route of a test. */
export const plainRoute = (path: string, answer: (ctx: Context) => void): ServedRoute => ({
  rule: {
    method: "GET",
    path,
    may: "public",
    audit: null,
    confirmsNumbers: false,
    signsIn: false,
    forPrograms: false,
    mayLag: false,
    tellsOfWrites: false,
  },
  handle: async ({ ctx }) => answer(ctx),
});
