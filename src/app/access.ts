import type { Settings } from "../../config/settings.ts";
import { isIP } from "node:net";
import { createAccess } from "../access/access.ts";
import { createAuditLog } from "../access/auditLog.ts";
import { createMappingHistory } from "../numbers/mappings/history.ts";
import { createReveal } from "../access/reveal.ts";
import { openAccess, requiredAccess } from "../http/access/httpAccess.ts";
import type { HttpAccess } from "../http/access/httpAccess.ts";
import type { Bus } from "../bus/types.ts";
import type { HealthRegistry } from "../ops/health.ts";
import type { Clock, Logger } from "../ops/types.ts";
import { createRedisLink } from "../store/redis.ts";
import type { Store } from "../store/types.ts";

export interface StartedAccess {
  readonly http: HttpAccess;
  /** Once the pages can be reached: writes the way to the first administrator to the log where there is none. */
  open(url: string): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** As the settings say: open to everybody, or only to users, keys and allowed addresses. */
export function startAccess(
  settings: Settings,
  parts: {
    readonly store: Store;
    readonly bus: Bus;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly health: HealthRegistry;
  },
): StartedAccess {
  const { store, bus, clock, logger, health } = parts;
  const { mode, publicUrl, limits } = settings.access;
  const { trustedProxies, host } = settings.http;
  const nowMs = (): number => clock.nowMs();
  if (mode === "open") {
    const audit = createAuditLog({ store, logger, nowMs });
    if (!isLoopback(host))
      logger.warn(
        "Everybody who reaches the port may do everything: set ACCESS=required, or HTTP_HOST to loopback",
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
      : createRedisLink({ url: settings.redisUrl, role: "limits", logger, commandTimeoutMs: 100 });
  if (redis !== null) {
    health.register("limits", { kind: "access", needed: false }, () => redis.health);
    redis.open();
  }
  const access = createAccess({ store, bus, logger, nowMs, redis, limits });
  return {
    http: requiredAccess(
      { access, reveal: createReveal(store), history: createMappingHistory(store, access.audit) },
      { trustedProxies, publicUrl },
    ),

    open(url) {
      access
        .open((token) => {
          // After the hash sign, which no browser sends to a server and no proxy logs.
          logger.warn(
            "Nobody can administer yet: open this address within a day, and make the administrator",
            {
              address: `${publicUrl ?? url}/app/set-up#${token}`,
            },
          );
        })
        // Closed before the database was ever there.
        .catch(() => undefined);
    },

    async close() {
      await access.close();
      redis?.close();
    },
  };
}

/** Nobody but this machine reaches it. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
