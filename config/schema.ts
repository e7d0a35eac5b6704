import { hostname } from "node:os";
import { z } from "zod";
import {
  callerIdPolicy,
  endpointName,
  json,
  networks,
  numberPrefix,
  numberRanges,
  oneOf,
  plainText,
  secondsAsMs,
  sipCodes,
  urlOf,
  wholeNumber,
  yesOrNo,
} from "./fields.ts";

/** What operators need to know about a setting. The settings page and the error messages are made from it. */
interface SettingDescription {
  readonly section: "Data" | "Asterisk" | "Calls" | "Numbers" | "Web" | "Access" | "Operation";
  /** What the setting does. */
  readonly about: string;
  /** What a valid value looks like, to follow "expected". */
  readonly form: string;
  /** The default as shown to people; absent for an optional setting. */
  readonly fallback?: string;
  /** May hold a password, so it can also be given as the path of a file in `NAME_FILE`. */
  readonly secret?: true;
}

export const descriptions = z.registry<SettingDescription>();

/** `fallback` is the text used, and shown, when the variable is absent. */
function setting<Value>(
  schema: z.ZodType<Value, string>,
  description: SettingDescription & { readonly fallback: string },
  actualFallback: string = description.fallback,
) {
  const withFallback = schema.prefault(actualFallback);
  descriptions.add(withFallback, description);
  return withFallback;
}

/** null when the variable is absent. */
function optional<Value>(schema: z.ZodType<Value, string>, description: SettingDescription) {
  const orNull = schema.nullable().prefault(null);
  descriptions.add(orNull, description);
  return orNull;
}

/** Played by the dialplan, too, so only what `Playback()` can play. */
const mediaUris = z
  .string()
  .regex(/^sound:[\w./-]+(?:,sound:[\w./-]+)*$/, "is not a media URI of a sound file, or a list of them");
const asteriskUrl = urlOf("http", "https");
const announcement = (when: string) => ({
  section: "Calls" as const,
  about: `Announcement played to a caller ${when} before the call is refused.`,
  form: "sound files of Asterisk, e.g. `sound:ss-noservice` or `sound:hello,sound:goodbye`",
});

/** A list of things with different names. */
const named = <Item extends { readonly name: string }>(item: z.ZodType<Item>, most: number) =>
  z
    .array(item)
    .min(1, "is an empty list")
    .max(most, `has more than ${most} items`)
    .refine(
      (list) => new Set(list.map(({ name }) => name)).size === list.length,
      "contains the same name twice",
    );

export const environmentSchema = z.object({
  DATABASE_URL: setting(
    z.union(
      [urlOf("mysql"), z.string().regex(/^(?!\w+:\/\/).+/, "is neither a MySQL URL nor a path")],
      "is neither a MySQL URL nor a path",
    ),
    {
      section: "Data",
      about: "Where mappings and call records are stored.",
      form: "`mysql://user:password@host:3306/database`, or the path of a SQLite file",
      fallback: "data/phone-proxy.sqlite",
      secret: true,
    },
  ),
  DATABASE_PASSWORD: optional(plainText, {
    section: "Data",
    about: "Password of the MySQL user, for a `DATABASE_URL` without one.",
    form: "a password",
    secret: true,
  }),
  DATABASE_POOL_SIZE: setting(wholeNumber(1, 500), {
    section: "Data",
    about: "Size of this instance's MySQL connection pool.",
    form: "a whole number from 1 to 500",
    fallback: "10",
  }),
  REDIS_URL: optional(urlOf("redis", "rediss"), {
    section: "Data",
    about: "Cache and bus shared by all instances. If not set, both run in process.",
    form: "`redis://user:password@host:6379/0`",
    secret: true,
  }),
  SPOOL_DIR: setting(plainText, {
    section: "Data",
    about:
      "Folder for call records that are not in the database yet. Each instance needs its own, on a local disk.",
    form: "the path of a folder",
    fallback: "data/spool",
  }),
  SPOOL_SYNC: setting(yesOrNo, {
    section: "Data",
    about: "Whether call records are synced to disk, so that they survive a power failure.",
    form: "`true` or `false`",
    fallback: "true",
  }),
  ASTERISK_CALL_FILE: optional(plainText, {
    section: "Data",
    about:
      "File in which Asterisk (`CALL_FILE` in the dialplan) notes how each call ended. If Asterisk runs on another machine, leave it empty and install `deploy/asterisk-lines` there (see [Connecting a trunk](trunk.md#asterisk-on-another-machine)).",
    form: "the path of a file in a folder that both Asterisk and the application can write to",
  }),

  ASTERISK_URL: setting(asteriskUrl, {
    section: "Asterisk",
    about: "HTTP URL of Asterisk. For several Asterisks, use `ASTERISKS`.",
    form: "`http://host:8088`",
    fallback: "http://127.0.0.1:8088",
  }),
  ASTERISK_USER: setting(plainText, {
    section: "Asterisk",
    about: "ARI user (`ari.conf`).",
    form: "a name",
    fallback: "phone-proxy",
  }),
  ASTERISK_PASSWORD: optional(plainText, {
    section: "Asterisk",
    about: "Password of the ARI user. Without it, the application starts but takes no calls.",
    form: "a password",
    secret: true,
  }),
  ASTERISK_APPLICATION: setting(
    z.string().regex(/^[\w-]{1,64}$/, "must be 1–64 letters, digits, `-`, or `_`"),
    {
      section: "Asterisk",
      about: "Name of the Stasis application, as in the dialplan.",
      form: "1–64 letters, digits, `-`, or `_`",
      fallback: "phone-proxy",
    },
  ),
  ASTERISKS: optional(
    json(
      named(
        z.strictObject({
          name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1–64 letters, digits, `.`, `-`, or `_`"),
          url: asteriskUrl,
          username: plainText.default("phone-proxy"),
          password: plainText,
          application: plainText.default("phone-proxy"),
        }),
        100,
      ),
    ),
    {
      section: "Asterisk",
      about:
        "Several Asterisks, in place of the four settings above. `username` and `application` are optional.",
      form: '`[{"name":"asterisk-1","url":"http://10.0.0.5:8088","username":"phone-proxy","password":"…","application":"phone-proxy"}]`',
      secret: true,
    },
  ),
  ARI_TRANSPORT: setting(oneOf(["auto", "websocket", "http"]), {
    section: "Asterisk",
    about:
      "How ARI commands are sent: over WebSocket (Asterisk 20.14, 22.4, or later), over HTTP, or by version. Lists are always read over HTTP.",
    form: "`auto`, `websocket` or `http`",
    fallback: "auto",
  }),
  ARI_COMMAND_SOCKETS: setting(wholeNumber(1, 64), {
    section: "Asterisk",
    about: "WebSocket connections for requests to each Asterisk. Calls are spread over them.",
    form: "a whole number from 1 to 64",
    fallback: "4",
  }),
  ARI_REQUEST_TIMEOUT_MS: setting(wholeNumber(100, 60_000), {
    section: "Asterisk",
    about: "Time limit for a response from Asterisk, in milliseconds.",
    form: "a whole number from 100 to 60000",
    fallback: "5000",
  }),

  CONNECT: setting(oneOf(["dial", "bridge"]), {
    section: "Calls",
    about:
      "Who connects calls. `dial`: Asterisk, as the controller decided; a call goes on and ends without a controller. " +
      "`bridge`: the controller, which holds both legs for the whole call.",
    form: "`dial` or `bridge`",
    fallback: "dial",
  }),
  RING_TIMEOUT_SECONDS: setting(secondsAsMs(1, 600), {
    section: "Calls",
    about: "How long the callee's phone may ring.",
    form: "a whole number from 1 to 600",
    fallback: "60",
  }),
  MAX_CALL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Calls",
    about:
      "Longest call, counted from the answer. With `CONNECT=bridge`, the dialplan's `DEADLINE_bridge` must be higher.",
    form: "a whole number from 1 to 86400",
    fallback: "7200",
  }),
  OUTBOUND_TRUNK: setting(endpointName, {
    section: "Calls",
    about: "PJSIP endpoint for calls to real numbers. For several trunks, use `OUTBOUND_TRUNKS`.",
    form: "the name of an endpoint in `pjsip.conf`",
    fallback: "trunk-out",
  }),
  OUTBOUND_DIAL_PREFIX: setting(numberPrefix, {
    section: "Calls",
    about: "Prefix added to the real number (in E.164, without `+`) when dialling.",
    form: "empty, `+`, or the digits your provider requires",
    fallback: "",
  }),
  OUTBOUND_CALLER_ID_PREFIX: setting(numberPrefix, {
    section: "Calls",
    about: "Prefix added to the number that the callee sees (in E.164, without `+`).",
    form: "empty, `+`, or the digits your provider requires",
    fallback: "",
  }),
  CALLER_ID_POLICY: setting(callerIdPolicy, {
    section: "Calls",
    about: "The number the callee sees. `proxy` keeps both parties masked.",
    form: "`proxy`, `caller`, `anonymous` or `fixed:NUMBER`",
    fallback: "proxy",
  }),
  OUTBOUND_TRUNKS: optional(
    json(
      named(
        z.strictObject({
          name: endpointName,
          dialPrefix: numberPrefix.default(""),
          callerIdPrefix: numberPrefix.default(""),
          callerId: z.string().default("proxy").pipe(callerIdPolicy),
        }),
        9,
      ),
    ),
    {
      section: "Calls",
      about:
        "Several outbound trunks, at most nine, in place of the four settings above. They are tried in this order.",
      form: '`[{"name":"trunk-out","dialPrefix":"+","callerIdPrefix":"+","callerId":"proxy"}]`',
    },
  ),
  FAIL_OVER_CODES: setting(sipCodes, {
    section: "Calls",
    about:
      "SIP responses of an outbound trunk, besides all from 500 to 599, after which the next trunk is tried.",
    form: "SIP codes separated by commas, e.g. `402,407`, or empty",
    fallback: "402,407",
  }),
  SILENT_TRUNK_SECONDS: setting(secondsAsMs(1, 60), {
    section: "Calls",
    about:
      "How long an outbound trunk may leave a call without ringing or any other progress before the next trunk is tried.",
    form: "a whole number from 1 to 60",
    fallback: "12",
  }),
  INBOUND_TRUNKS: setting(
    json(
      named(
        z.strictObject({
          name: endpointName,
          callerNumbers: z.enum(["e164", "national"], "is neither `e164` nor `national`").default("e164"),
          did: z
            .enum(["request", "to", "p-called-party-id"], "is not a place of the dialled number")
            .default("request"),
        }),
        20,
      ),
    ),
    {
      section: "Calls",
      about:
        "The PJSIP endpoints that calls come from. `callerNumbers` says how the provider writes the numbers of callers: " +
        "with the country code (`e164`) or as dialled within the country (`national`). `did` says where the dialled number " +
        "is: in the Request-URI (`request`), or in the header To (`to`) or P-Called-Party-ID (`p-called-party-id`).",
      form: '`[{"name":"trunk-in","callerNumbers":"e164","did":"request"}]`',
      fallback: '[{"name":"trunk-in"}]',
    },
  ),
  LOOKUP_TIMEOUT_MS: setting(wholeNumber(50, 10_000), {
    section: "Calls",
    about: "How long a call waits for its lookup before it goes back to the dialplan, in milliseconds.",
    form: "a whole number from 50 to 10000",
    fallback: "1000",
  }),
  ANNOUNCEMENT_UNKNOWN: optional(mediaUris, announcement("who dialled an unknown number")),
  ANNOUNCEMENT_DISABLED: optional(mediaUris, announcement("who dialled a disabled number")),
  ANNOUNCEMENT_EXPIRED: optional(mediaUris, announcement("who dialled an expired or released number")),
  ANNOUNCEMENT_FAILED: setting(mediaUris, {
    ...announcement("whose number cannot be looked up"),
    fallback: "sound:all-circuits-busy-now",
  }),

  DEFAULT_COUNTRY: setting(z.string().regex(/^[A-Z]{2}$/, "is not a country code"), {
    section: "Numbers",
    about: "Country of phone numbers written without a country code.",
    form: "two capital letters, e.g. `RU`",
    fallback: "RU",
  }),
  DEFAULT_POOL: setting(numberRanges, {
    section: "Numbers",
    about: "Proxy numbers that your trunk routes here and that may be allocated.",
    form: "`FIRST-LAST` ranges separated by commas, e.g. `70001000000-70001999999`",
    fallback: "",
  }),
  CACHE_LOCAL_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about:
      "How long an instance caches a mapping in memory, and so how late it may see a change while Redis is away.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),
  CACHE_LOCAL_ENTRIES: setting(wholeNumber(0, 10_000_000), {
    section: "Numbers",
    about: "How many mappings an instance caches in memory.",
    form: "a whole number from 0 to 10000000",
    fallback: "50000",
  }),
  CACHE_REDIS_TTL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Numbers",
    about: "How long Redis caches a mapping.",
    form: "a whole number from 1 to 86400",
    fallback: "300",
  }),
  CACHE_UNKNOWN_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about: "How long an unknown number is cached as unknown.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),

  HTTP_HOST: setting(plainText, {
    section: "Web",
    about: "Address the API and the pages listen on.",
    form: "an IP address or host name",
    fallback: "127.0.0.1",
  }),
  HTTP_PORT: setting(wholeNumber(0, 65_535), {
    section: "Web",
    about: "Port of the API and the pages. `0` picks a free port.",
    form: "a whole number from 0 to 65535",
    fallback: "8080",
  }),
  TRUSTED_PROXIES: setting(networks, {
    section: "Web",
    about: "Reverse proxies whose `X-Forwarded-For` is trusted. If empty, none is.",
    form: "IP addresses or networks separated by commas, e.g. `127.0.0.1,10.0.0.0/8`",
    fallback: "",
  }),
  HTTP_CONNECTIONS: setting(wholeNumber(0, 1_000_000), {
    section: "Web",
    about:
      "Connections that clients may have open at a time, live boards included; as many as there are file descriptors for when 0. At the limit, the connection that has been idle longest is closed.",
    form: "a whole number from 0 to 1000000",
    fallback: "4000",
  }),
  HTTP_CONNECTIONS_PER_ADDRESS: setting(wholeNumber(0, 1_000_000), {
    section: "Web",
    about:
      "Connections from one IPv4 address or IPv6 /64 network; any number when 0. Addresses in `TRUSTED_PROXIES` are not limited.",
    form: "a whole number from 0 to 1000000",
    fallback: "400",
  }),
  UPLOAD_MAX_BYTES: setting(wholeNumber(1024, 10_737_418_240), {
    section: "Web",
    about: "Largest upload, in bytes.",
    form: "a whole number from 1024 to 10737418240",
    fallback: "104857600",
  }),
  UPLOAD_DIR: setting(plainText, {
    section: "Web",
    about:
      "Folder for uploaded files until their import is done. Instances that share it can resume each other's imports.",
    form: "the path of a folder",
    fallback: "data/uploads",
  }),

  ACCESS: setting(oneOf(["open", "required"]), {
    section: "Access",
    about:
      "Whether users have to sign in and programs need a key. Use `open` only in a network you trust. " +
      "With `required`, the log shows a link for creating the first administrator.",
    form: "`open` or `required`",
    fallback: "open",
  }),
  PUBLIC_URL: optional(urlOf("http", "https"), {
    section: "Access",
    about:
      "The address that people use, if it has a host name. With `ACCESS=open`, requests for other host names are " +
      "refused, except `HTTP_HOST`, `localhost`, and IP addresses.",
    form: "`https://phones.example.com`",
  }),
  USER_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests per user. `0` means no limit.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  KEY_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 10_000_000), {
    section: "Access",
    about: "Requests per API key, or per Asterisk that is identified by its address. `0` means no limit.",
    form: "a whole number from 0 to 10000000",
    fallback: "120000",
  }),
  ADDRESS_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests without sign-in per address. `0` means no limit.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  SIGN_INS_PER_FIVE_MINUTES: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about: "Sign-in attempts per address. `0` means no limit.",
    form: "a whole number from 0 to 100000",
    fallback: "30",
  }),

  LIVE_SOCKETS_PER_USER: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about: "Live boards that one user or API key may have open on an instance. `0` means no limit.",
    form: "a whole number from 0 to 100000",
    fallback: "20",
  }),

  ROLE: setting(oneOf(["all", "controller", "web"]), {
    section: "Operation",
    about:
      "What this instance does: handle calls (`controller`), serve the API and the pages (`web`), or both (`all`).",
    form: "`all`, `controller` or `web`",
    fallback: "all",
  }),
  NODE_NAME: setting(
    z.string().regex(/^[\w.-]{1,64}$/, "must be 1–64 letters, digits, `.`, `-`, or `_`"),
    {
      section: "Operation",
      about: "Name of this instance in records, logs, and metrics. Must be unique.",
      form: "1–64 letters, digits, `.`, `-`, or `_`",
      fallback: "the machine's host name",
    },
    hostname()
      .replace(/[^\w.-]/g, "-")
      .slice(0, 64) || "phone-proxy",
  ),
  LOG_LEVEL: setting(oneOf(["error", "warn", "info", "debug"]), {
    section: "Operation",
    about: "The least severe level that is logged.",
    form: "`error`, `warn`, `info` or `debug`",
    fallback: "info",
  }),
  LOG_FORMAT: setting(oneOf(["auto", "json", "pretty"]), {
    section: "Operation",
    about: "Log format. `auto` means `pretty` on a terminal and `json` elsewhere.",
    form: "`auto`, `json` or `pretty`",
    fallback: "auto",
  }),
  BACKUP_STATUS_FILE: optional(plainText, {
    section: "Operation",
    about:
      "File that the backup job writes or touches when it is done. The System page shows its age, and health warns " +
      "when it is too old. If not set, backups are not monitored.",
    form: "the path of a file",
  }),
  BACKUP_MAX_AGE_HOURS: setting(wholeNumber(1, 8760), {
    section: "Operation",
    about: "How old the last backup may be before health warns.",
    form: "a whole number from 1 to 8760",
    fallback: "26",
  }),
  SHUTDOWN_DEADLINE_MS: setting(wholeNumber(100, 300_000), {
    section: "Operation",
    about: "Time limit for an orderly stop, in milliseconds. After that, the process exits.",
    form: "a whole number from 100 to 300000",
    fallback: "10000",
  }),
});

export type Environment = z.output<typeof environmentSchema>;
export type SettingName = keyof Environment;
