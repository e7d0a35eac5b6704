import type { Access } from "../../access/access.ts";
import type { AuditLog } from "../../access/auditLog.ts";
import type { Reveal } from "../../access/reveal.ts";
import type { MappingHistory } from "../../numbers/mappings/history.ts";
import { createClientAddress, createIsHttps } from "../server/clientAddress.ts";
import type { AuditPorts } from "./auditRoutes.ts";
import { createGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { createLiveAdmission } from "./liveAdmission.ts";
import type { AdmitLive } from "./liveAdmission.ts";
import { createOpenGate } from "./openGate.ts";
import type { RevealPorts } from "./revealRoutes.ts";
import type { SessionPorts } from "./sessionRoutes.ts";

/** The access control of the web server, as one object, so that it is either required or open everywhere. */
export interface HttpAccess {
  /** Checked before every route. */
  readonly gate: Gate;
  readonly audit: Pick<AuditLog, "record">;
  readonly history: MappingHistory;
  /** For the routes of users, sessions, keys, and rules; null while access is open: there are none. */
  readonly ports: (SessionPorts & RevealPorts & AuditPorts) | null;
  /** For the live board's WebSocket. */
  readonly admitLive: AdmitLive;
}

interface HttpAccessOptions {
  readonly trustedProxies: readonly string[];
  /** The public URL, if a reverse proxy changes `Host`. */
  readonly publicUrl: string | null;
}

interface OpenAccessOptions extends HttpAccessOptions {
  /** `HTTP_HOST`: while access is open, only our own host names are answered. */
  readonly listenHost: string;
}

/** Full access for every client, because there are no users. Actions are still audited. */
export function openAccess(
  { audit, history }: { readonly audit: Pick<AuditLog, "record">; readonly history: MappingHistory },
  { publicUrl, listenHost }: OpenAccessOptions,
): HttpAccess {
  const gate = createOpenGate({ listenHost, publicUrl });
  return { gate, audit, history, ports: null, admitLive: createLiveAdmission(gate) };
}

export function requiredAccess(
  parts: {
    readonly access: Access;
    readonly reveal: Reveal;
    readonly history: MappingHistory;
    readonly nowMs: () => number;
  },
  options: HttpAccessOptions,
): HttpAccess {
  const { access, reveal, history, nowMs } = parts;
  const clientAddress = createClientAddress(options.trustedProxies);
  const isHttps = createIsHttps(options.trustedProxies);
  const gate = createGate({ access, clientAddress, isHttps, publicUrl: options.publicUrl });
  return {
    gate,
    audit: access.audit,
    history,
    ports: { access, reveal, history, nowMs, clientAddress, isHttps },
    admitLive: createLiveAdmission(gate),
  };
}
