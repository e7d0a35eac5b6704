import type { IncomingMessage } from "node:http";
import type { Router } from "@koa/router";
import type { Middleware } from "koa";
import type { Access } from "../../access/access.ts";
import type { AuditLog } from "../../access/auditLog.ts";
import type { MappingHistory } from "../../numbers/mappings/history.ts";
import type { Reveal } from "../../access/reveal.ts";
import { addAccessAdminRoutes } from "./adminRoutes.ts";
import { createGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { accessMiddleware, createLiveAdmission } from "./middleware.ts";
import { createOpenGate } from "./openGate.ts";
import { addAccessRoutes, addOpenSessionRoute } from "./routes.ts";
import { createClientAddress, createIsHttps } from "../server/clientAddress.ts";
import { addHistoryRoute } from "../mappings/historyRoute.ts";

/** What the web server needs of access; one object, so that it is required everywhere or open everywhere. */
export interface HttpAccess {
  /** Asked before every route. */
  readonly gate: Gate;
  readonly audit: Pick<AuditLog, "record">;
  readonly middleware: Middleware;
  readonly addRoutes: (router: Router) => void;
  /** For the live board's WebSocket. Rejects with an `HttpProblem`. */
  readonly admitLive: (request: IncomingMessage) => Promise<LiveAdmission>;
}

export interface LiveAdmission {
  readonly seesRealNumbers: boolean;
  /** Whose connections are counted together; null: they are not counted. */
  readonly who: string | null;
  /** Calls `ended` once, when the viewer may no longer watch; returns the way to stop asking. */
  readonly watch: (ended: () => void) => () => void;
}

export interface HttpAccessOptions {
  readonly trustedProxies: readonly string[];
  /** Where people reach us when a reverse proxy changes `Host`. */
  readonly publicUrl: string | null;
}

export interface OpenAccessOptions extends HttpAccessOptions {
  /** `HTTP_HOST`: while access is open, only our own host names are answered. */
  readonly listenHost: string;
}

/** Everybody may do everything, as long as there are no users; what is done is written down. */
export function openAccess(
  ports: { readonly audit: Pick<AuditLog, "record">; readonly history: MappingHistory },
  { trustedProxies, publicUrl, listenHost }: OpenAccessOptions,
): HttpAccess {
  const gate = createOpenGate({ listenHost, publicUrl });
  const clientAddress = createClientAddress(trustedProxies);
  return {
    gate,
    audit: ports.audit,
    middleware: accessMiddleware({ access: ports, gate, clientAddress }),
    addRoutes(router) {
      addOpenSessionRoute(router);
      addHistoryRoute(router, ports.history);
    },
    admitLive: createLiveAdmission(gate),
  };
}

export function requiredAccess(
  ports: { readonly access: Access; readonly reveal: Reveal; readonly history: MappingHistory },
  options: HttpAccessOptions,
): HttpAccess {
  const { access, reveal, history } = ports;
  const clientAddress = createClientAddress(options.trustedProxies);
  const isHttps = createIsHttps(options.trustedProxies);
  const gate = createGate({ access, clientAddress, isHttps, publicUrl: options.publicUrl });
  return {
    gate,
    audit: access.audit,
    middleware: accessMiddleware({ access, gate, clientAddress }),
    addRoutes(router) {
      addAccessRoutes(router, { access, reveal, clientAddress, isHttps });
      addAccessAdminRoutes(router, { access, clientAddress });
      addHistoryRoute(router, history);
    },
    admitLive: createLiveAdmission(gate),
  };
}
