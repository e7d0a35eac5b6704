import type { IncomingMessage } from "node:http";
import type { Router } from "@koa/router";
import type { Middleware } from "koa";
import type { Access } from "../access/access.ts";
import type { Reveal } from "../access/reveal.ts";
import { addAccessAdminRoutes } from "./accessAdminRoutes.ts";
import { createGate } from "./accessGate.ts";
import { accessMiddleware, createLiveAdmission, openToAll } from "./accessMiddleware.ts";
import { addAccessRoutes, addOpenSessionRoute } from "./accessRoutes.ts";
import { createClientAddress, createIsHttps } from "./clientAddress.ts";

/** What the web server needs of access; one object, so that it is required everywhere or open everywhere. */
export interface HttpAccess {
  /** Before every route. */
  readonly middleware: Middleware;
  readonly addRoutes: (router: Router) => void;
  /** For the live board's WebSocket. Rejects with an `HttpProblem`. */
  readonly admitLive: (request: IncomingMessage) => Promise<LiveAdmission>;
}

export interface LiveAdmission {
  readonly seesRealNumbers: boolean;
  /** Calls `ended` once, when the viewer may no longer watch; returns the way to stop asking. */
  readonly watch: (ended: () => void) => () => void;
}

/** Everybody may do everything, as long as there are no users. */
export const openAccess: HttpAccess = {
  middleware: openToAll,
  addRoutes: addOpenSessionRoute,
  admitLive: createLiveAdmission(null),
};

export function requiredAccess(
  ports: { readonly access: Access; readonly reveal: Reveal },
  options: { readonly trustedProxies: readonly string[]; readonly publicUrl: string | null },
): HttpAccess {
  const { access, reveal } = ports;
  const clientAddress = createClientAddress(options.trustedProxies);
  const isHttps = createIsHttps(options.trustedProxies);
  const gate = createGate({ access, clientAddress, isHttps, publicUrl: options.publicUrl });
  return {
    middleware: accessMiddleware({ access, gate, clientAddress }),
    addRoutes(router) {
      addAccessRoutes(router, { access, reveal, clientAddress, isHttps });
      addAccessAdminRoutes(router, { access, clientAddress });
    },
    admitLive: createLiveAdmission(gate),
  };
}
