import type { Settings } from "../../config/types.ts";
import { isIP } from "node:net";
import { createAccess } from "../access/access.ts";
import { createAuditLog } from "../access/auditLog.ts";
import { createMappingHistory } from "../numbers/mappings/history.ts";
import { createReveal } from "../access/reveal.ts";
import { openAccess, requiredAccess } from "../http/access/httpAccess.ts";
import type { HttpAccess } from "../http/access/httpAccess.ts";
import type { Bus } from "../bus/types.ts";
import type { HealthRegistry } from "../ops/health.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import { createRedisLink } from "../store/redis.ts";
import type { Store } from "../store/types.ts";

export interface StartedAccess {
  readonly http: HttpAccess;
  /** Call once the pages are served. Without an administrator, logs the link to create the first one. */
  open(url: string): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** As set in `ACCESS`: open, or restricted to users, API keys, and allowed addresses. */
export function startAccess(
  settings: Settings,
  parts: {
    readonly store: Store;
    readonly bus: Bus;
    readonly clock: SteadyClock;
    readonly logger: Logger;
    readonly health: HealthRegistry;
  },
): StartedAccess {
  const { store, bus, clock, logger, health } = parts;
  const { mode, publicUrl, limits } = settings.access;
  const { trustedProxies, host } = settings.http;
  if (mode === "open") {
    const audit = createAuditLog({ store, logger, clock });
    if (!isLoopback(host))
      logger.warn(
        "Anyone who can reach the port has full access: set ACCESS=required, or HTTP_HOST to a loopback address",
      );
    return {
      http: openAccess(
        { audit, history: createMappingHistory(store, audit) },
        { trustedProxies, publicUrl, listenHost: host },
      ),
      open: () => undefined,
      close: () => audit.close(),
    };
  }

  const redis =
    settings.redisUrl === null
      ? null
      : createRedisLink({ url: settings.redisUrl, role: "limits", logger, clock, commandTimeoutMs: 100 });
  if (redis !== null) {
    health.register("limits", { kind: "access", needed: false }, () => redis.health);
    redis.open();
  }
  const access = createAccess({ store, bus, logger, clock, redis, limits });
  return {
    http: requiredAccess(
      {
        access,
        reveal: createReveal(store),
        history: createMappingHistory(store, access.audit),
        nowMs: () => clock.nowMs(),
      },
      { trustedProxies, publicUrl },
    ),

    open(url) {
      access
        .open((token) => {
          // The token is in the fragment, which browsers do not send and proxies do not log.
          logger.warn("There is no administrator yet: open this link within a day to create one", {
            address: `${publicUrl ?? url}/app/set-up#${token}`,
          });
        })
        // Closed before the database was ready.
        .catch(() => undefined);
    },

    async close() {
      await access.close();
      redis?.close();
    },
  };
}

/** Reachable from this machine only. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
