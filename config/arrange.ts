import type { Environment } from "./schema.ts";
import type { ConfiguredTrunk, Settings } from "./types.ts";

/** The settings as the application uses them. `terminal`: the log goes to one. */
export function arrange(
  values: Environment,
  terminal: boolean,
  notes: Pick<Settings, "unknownSettings" | "withoutEffect" | "shown">,
): Settings {
  const { ASTERISK_PASSWORD: password } = values;
  const single = { name: "asterisk", url: values.ASTERISK_URL, username: values.ASTERISK_USER };
  const [first, ...others] = (values.OUTBOUND_TRUNKS ?? []).map(
    ({ name, dialPrefix, callerIdPrefix, callerId }): ConfiguredTrunk => ({
      name,
      dialPrefix,
      callerIdPrefix,
      callerIdPolicy: callerId,
    }),
  );
  return {
    node: { name: values.NODE_NAME, role: values.ROLE },
    database: /^mysql:/i.test(values.DATABASE_URL)
      ? {
          kind: "mysql",
          url: withPassword(values.DATABASE_URL, values.DATABASE_PASSWORD),
          ...(values.DATABASE_MIGRATIONS_URL === null
            ? {}
            : { migrationsUrl: values.DATABASE_MIGRATIONS_URL }),
          poolSize: values.DATABASE_POOL_SIZE,
        }
      : { kind: "sqlite", file: values.DATABASE_URL },
    databaseReadUrls: values.DATABASE_READ_URLS ?? [],
    redisUrl: values.REDIS_URL,
    spool: { directory: values.SPOOL_DIR, sync: values.SPOOL_SYNC },
    asteriskCallFile: values.ASTERISK_CALL_FILE,
    asterisk: {
      servers:
        values.ASTERISKS ??
        (password === null ? [] : [{ ...single, password, application: values.ASTERISK_APPLICATION }]),
      waitingFor: values.ASTERISKS === null && password === null ? "ASTERISK_PASSWORD" : null,
      transport: values.ARI_TRANSPORT,
      commandSockets: values.ARI_COMMAND_SOCKETS,
      requestTimeoutMs: values.ARI_REQUEST_TIMEOUT_MS,
    },
    calls: {
      ringTimeoutMs: values.RING_TIMEOUT_SECONDS,
      maxCallMs: values.MAX_CALL_SECONDS,
      lookupTimeoutMs: values.LOOKUP_TIMEOUT_MS,
      returnCallMs: values.RETURN_CALL_HOURS * 3_600_000,
      connect: values.CONNECT,
      trunks: first
        ? [first, ...others]
        : [
            {
              name: values.OUTBOUND_TRUNK,
              dialPrefix: values.OUTBOUND_DIAL_PREFIX,
              callerIdPrefix: values.OUTBOUND_CALLER_ID_PREFIX,
              callerIdPolicy: values.CALLER_ID_POLICY,
            },
          ],
      inboundTrunks: values.INBOUND_TRUNKS,
      failOverCodes: values.FAIL_OVER_CODES,
      silentTrunkMs: values.SILENT_TRUNK_SECONDS,
      announcements: {
        unknown: values.ANNOUNCEMENT_UNKNOWN,
        disabled: values.ANNOUNCEMENT_DISABLED,
        expired: values.ANNOUNCEMENT_EXPIRED,
        failed: values.ANNOUNCEMENT_FAILED,
        own: values.ANNOUNCEMENT_OWN_NUMBER,
      },
    },
    numbers: {
      defaultCountry: values.DEFAULT_COUNTRY,
      acceptPremium: values.ALLOW_PREMIUM_NUMBERS,
      timeZone: values.TIME_ZONE,
      defaultPool: values.DEFAULT_POOL,
      cache: {
        localTtlMs: values.CACHE_LOCAL_TTL_MS,
        localEntries: values.CACHE_LOCAL_ENTRIES,
        redisTtlMs: values.CACHE_REDIS_TTL_SECONDS,
        unknownTtlMs: values.CACHE_UNKNOWN_TTL_MS,
      },
    },
    http: {
      host: values.HTTP_HOST,
      port: values.HTTP_PORT,
      trustedProxies: values.TRUSTED_PROXIES,
      connections: { total: values.HTTP_CONNECTIONS, perAddress: values.HTTP_CONNECTIONS_PER_ADDRESS },
      uploadMaxBytes: values.UPLOAD_MAX_BYTES,
      uploadDirectory: values.UPLOAD_DIR,
    },
    access: {
      mode: values.ACCESS,
      publicUrl: values.PUBLIC_URL,
      limits: {
        user: { points: values.USER_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        key: { points: values.KEY_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        address: { points: values.ADDRESS_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        signIn: { points: values.SIGN_INS_PER_FIVE_MINUTES, durationSeconds: 300 },
      },
      liveSocketsPerUser: values.LIVE_SOCKETS_PER_USER,
    },
    retention: {
      calls: values.RETENTION_CALLS_DAYS,
      imports: values.RETENTION_IMPORTS_DAYS,
      signInFailures: values.RETENTION_SIGN_INS_DAYS,
    },
    backup: {
      directory: values.BACKUP_DIR,
      keepDays: values.BACKUP_KEEP_DAYS,
      encryptTo: values.BACKUP_ENCRYPT_TO,
      databaseUrl: values.BACKUP_DATABASE_URL,
      asteriskDirectory: values.BACKUP_ASTERISK_DIR,
      statusFile: values.BACKUP_STATUS_FILE,
      maxAgeMs: values.BACKUP_MAX_AGE_HOURS * 3_600_000,
    },
    log: {
      level: values.LOG_LEVEL,
      format: values.LOG_FORMAT === "auto" ? (terminal ? "pretty" : "json") : values.LOG_FORMAT,
    },
    shutdownDeadlineMs: values.SHUTDOWN_DEADLINE_MS,
    ...notes,
  };
}

/** The password is kept apart from the address where it comes as a file. */
function withPassword(address: string, password: string | null): string {
  const url = new URL(address);
  if (password === null || url.password !== "") return address;
  url.password = encodeURIComponent(password);
  return url.href;
}
