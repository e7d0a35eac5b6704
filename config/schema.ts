import { hostname } from "node:os";
import { z } from "zod";
import {
  callerIdPolicy,
  json,
  networks,
  numberRanges,
  oneOf,
  plainText,
  secondsAsMs,
  urlOf,
  wholeNumber,
  yesOrNo,
} from "./fields.ts";

/** What a person has to know of a setting; the README's table and the error messages are made of it. */
export interface SettingDescription {
  readonly section: "Data" | "Asterisk" | "Calls" | "Numbers" | "Web" | "Access" | "Operation";
  /** What the setting does. */
  readonly about: string;
  /** What a right value looks like, to follow "expected". */
  readonly form: string;
  /** The default as people should read it; absent when the setting is optional. */
  readonly fallback?: string;
}

export const descriptions = z.registry<SettingDescription>();

/** `fallback` is the text that is used, and shown, when the variable is absent. */
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

const mediaUri = z
  .string()
  .regex(/^(sound|recording|number|digits|characters|tone|https?):\S+$/, "is no media address");
const asteriskUrl = urlOf("http", "https");
const announcement = (when: string): SettingDescription => ({
  section: "Calls",
  about: `Announcement to a caller ${when}, before the call is refused; none when not set.`,
  form: "a media address of Asterisk, e.g. `sound:ss-noservice`",
});

export const environmentSchema = z.object({
  DATABASE_URL: setting(
    z.union([urlOf("mysql"), z.string().regex(/^(?!\w+:\/\/).+/, "is neither")], "is neither"),
    {
      section: "Data",
      about: "Where mappings and call records are kept.",
      form: "`mysql://user:password@host:3306/database`, or the path of a SQLite file",
      fallback: "data/phone-proxy.sqlite",
    },
  ),
  DATABASE_POOL_SIZE: setting(wholeNumber(1, 500), {
    section: "Data",
    about: "Connections to MySQL of this instance.",
    form: "a whole number from 1 to 500",
    fallback: "10",
  }),
  REDIS_URL: optional(urlOf("redis", "rediss"), {
    section: "Data",
    about: "Shared cache and bus between instances; in-process ones when not set.",
    form: "`redis://user:password@host:6379/0`",
  }),
  SPOOL_DIR: setting(plainText, {
    section: "Data",
    about: "Folder of the call records on their way to the database. One folder per instance, on a disk.",
    form: "the path of a folder",
    fallback: "data/spool",
  }),
  SPOOL_SYNC: setting(yesOrNo, {
    section: "Data",
    about: "Whether call records are forced to the disk, so that they survive a power cut too.",
    form: "`true` or `false`",
    fallback: "true",
  }),
  UNRECORDED_CALLS_FILE: optional(plainText, {
    section: "Data",
    about:
      "File of the dialplan (`UNRECORDED_CALLS`) with calls that it could not record; they are taken over from it.",
    form: "the path of a file in a folder that Asterisk and the application may both write to",
  }),

  ASTERISK_URL: setting(asteriskUrl, {
    section: "Asterisk",
    about: "HTTP address of the one Asterisk. For several, use `ASTERISKS`.",
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
    about: "Password of the ARI user. Without it the application runs, but waits and takes no calls.",
    form: "a password",
  }),
  ASTERISK_APPLICATION: setting(z.string().regex(/^[\w-]{1,64}$/, "is no name"), {
    section: "Asterisk",
    about: "Stasis application whose calls are taken, as in the dialplan.",
    form: "a name of letters, digits, `-` and `_`",
    fallback: "phone-proxy",
  }),
  ASTERISKS: optional(
    json(
      z
        .array(
          z.strictObject({
            name: z.string().regex(/^[\w.-]{1,64}$/, "is no name of letters, digits, `.`, `-` and `_`"),
            url: asteriskUrl,
            username: plainText.default("phone-proxy"),
            password: plainText,
            application: plainText.default("phone-proxy"),
          }),
        )
        .min(1, "is an empty list")
        .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "names one twice"),
    ),
    {
      section: "Asterisk",
      about:
        "All Asterisks, instead of the four settings above; `username` and `application` may be left out.",
      form: '`[{"name":"asterisk-1","url":"http://10.0.0.5:8088","username":"phone-proxy","password":"…","application":"phone-proxy"}]`',
    },
  ),
  ARI_TRANSPORT: setting(oneOf(["auto", "websocket", "http"]), {
    section: "Asterisk",
    about: "How requests travel: over WebSockets (Asterisk 20.14, 22.4 and later), HTTP, or by version.",
    form: "`auto`, `websocket` or `http`",
    fallback: "auto",
  }),
  ARI_COMMAND_SOCKETS: setting(wholeNumber(1, 64), {
    section: "Asterisk",
    about: "WebSockets for requests to each Asterisk; the calls are spread over them.",
    form: "a whole number from 1 to 64",
    fallback: "4",
  }),
  ARI_REQUEST_TIMEOUT_MS: setting(wholeNumber(100, 60_000), {
    section: "Asterisk",
    about: "How long an answer of Asterisk is waited for, in milliseconds.",
    form: "a whole number from 100 to 60000",
    fallback: "5000",
  }),

  RING_TIMEOUT_SECONDS: setting(secondsAsMs(1, 600), {
    section: "Calls",
    about: "How long the real number may ring.",
    form: "a whole number from 1 to 600",
    fallback: "60",
  }),
  MAX_CALL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Calls",
    about: "Longest call, counted from the answer. The dialplan's `CALLER_SECONDS` has to be longer.",
    form: "a whole number from 1 to 86400",
    fallback: "7200",
  }),
  OUTBOUND_TRUNK: setting(z.string().regex(/^[\w.-]{1,64}$/, "is no endpoint name"), {
    section: "Calls",
    about: "PJSIP endpoint by which real numbers are called. For several, use `OUTBOUND_TRUNKS`.",
    form: "the name of an endpoint in `pjsip.conf`",
    fallback: "trunk-out",
  }),
  OUTBOUND_DIAL_PREFIX: setting(z.string().regex(/^[+\d*#]{0,16}$/, "is no prefix"), {
    section: "Calls",
    about: "Written before the number (country code first) when dialling.",
    form: "empty, `+`, or the digits that the trunk asks for",
    fallback: "",
  }),
  CALLER_ID_POLICY: setting(callerIdPolicy, {
    section: "Calls",
    about: "The number that the called person sees: the proxy number keeps both sides masked.",
    form: "`proxy`, `caller`, `anonymous` or `fixed:NUMBER`",
    fallback: "proxy",
  }),
  OUTBOUND_TRUNKS: optional(
    json(
      z
        .array(
          z.strictObject({
            name: z.string().regex(/^[\w.-]{1,64}$/, "is no endpoint name"),
            dialPrefix: z
              .string()
              .regex(/^[+\d*#]{0,16}$/, "is no prefix")
              .default(""),
            callerId: z.string().default("proxy").pipe(callerIdPolicy),
          }),
        )
        .min(1, "is an empty list")
        .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "names one twice"),
    ),
    {
      section: "Calls",
      about: "All outbound trunks, the first being the default one, instead of the three settings above.",
      form: '`[{"name":"trunk-out","dialPrefix":"+","callerId":"proxy"}]`',
    },
  ),
  LOOKUP_TIMEOUT_MS: setting(wholeNumber(50, 10_000), {
    section: "Calls",
    about: "How long a call waits for its mapping before it is handed back to the dialplan, in milliseconds.",
    form: "a whole number from 50 to 10000",
    fallback: "1000",
  }),
  ANNOUNCEMENT_UNKNOWN: optional(mediaUri, announcement("of a number that is not in use")),
  ANNOUNCEMENT_DISABLED: optional(mediaUri, announcement("of a disabled number")),
  ANNOUNCEMENT_EXPIRED: optional(mediaUri, announcement("of an expired or released number")),

  DEFAULT_COUNTRY: setting(z.string().regex(/^[A-Z]{2}$/, "is no country code"), {
    section: "Numbers",
    about: "Country of numbers that are written without their country code.",
    form: "two capital letters, e.g. `RU`",
    fallback: "RU",
  }),
  DEFAULT_POOL: setting(numberRanges, {
    section: "Numbers",
    about: "Proxy numbers that the trunk routes here and that may be given out.",
    form: "`FIRST-LAST` ranges with a comma between, e.g. `70001000000-70001999999`",
    fallback: "",
  }),
  CACHE_LOCAL_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about:
      "How long an instance remembers a mapping by itself; also how late it may see a change while Redis is away.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),
  CACHE_LOCAL_ENTRIES: setting(wholeNumber(0, 10_000_000), {
    section: "Numbers",
    about: "How many mappings an instance remembers by itself.",
    form: "a whole number from 0 to 10000000",
    fallback: "50000",
  }),
  CACHE_REDIS_TTL_SECONDS: setting(secondsAsMs(1, 86_400), {
    section: "Numbers",
    about: "How long Redis remembers a mapping.",
    form: "a whole number from 1 to 86400",
    fallback: "300",
  }),
  CACHE_UNKNOWN_TTL_MS: setting(wholeNumber(0, 60_000), {
    section: "Numbers",
    about: "How long it is remembered that a number is in no mapping.",
    form: "a whole number from 0 to 60000",
    fallback: "500",
  }),

  HTTP_HOST: setting(plainText, {
    section: "Web",
    about: "Address on which the API listens.",
    form: "an IP address or host name",
    fallback: "127.0.0.1",
  }),
  HTTP_PORT: setting(wholeNumber(0, 65_535), {
    section: "Web",
    about: "Port of the API; 0 takes a free one.",
    form: "a whole number from 0 to 65535",
    fallback: "8080",
  }),
  TRUSTED_PROXIES: setting(networks, {
    section: "Web",
    about: "Reverse proxies whose `X-Forwarded-For` is believed; nobody's when empty.",
    form: "IP addresses or networks with a comma between, e.g. `127.0.0.1,10.0.0.0/8`",
    fallback: "",
  }),
  UPLOAD_MAX_BYTES: setting(wholeNumber(1024, 10_737_418_240), {
    section: "Web",
    about: "Largest file that may be uploaded.",
    form: "a whole number from 1024 to 10737418240",
    fallback: "104857600",
  }),
  UPLOAD_DIR: setting(plainText, {
    section: "Web",
    about:
      "Folder in which uploaded files lie until their import is done; instances that share it go on for each other.",
    form: "the path of a folder",
    fallback: "data/uploads",
  }),

  ACCESS: setting(oneOf(["open", "required"]), {
    section: "Access",
    about:
      "Whether people have to sign in and programs need a key. `open` is for a network that you trust. " +
      "The way to the first administrator is written to the log.",
    form: "`open` or `required`",
    fallback: "open",
  }),
  PUBLIC_URL: optional(urlOf("http", "https"), {
    section: "Access",
    about: "Where people reach the pages, if a reverse proxy changes the name of the host.",
    form: "`https://phones.example.com`",
  }),
  USER_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests that one user may make; any number when 0.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  KEY_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 10_000_000), {
    section: "Access",
    about: "Requests with one key, or of one Asterisk that is known by its address; any number when 0.",
    form: "a whole number from 0 to 10000000",
    fallback: "120000",
  }),
  ADDRESS_REQUESTS_PER_MINUTE: setting(wholeNumber(0, 1_000_000), {
    section: "Access",
    about: "Requests from one address of those who have not signed in; any number when 0.",
    form: "a whole number from 0 to 1000000",
    fallback: "1200",
  }),
  SIGN_INS_PER_FIVE_MINUTES: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about: "Attempts to sign in from one address; any number when 0.",
    form: "a whole number from 0 to 100000",
    fallback: "30",
  }),

  LIVE_SOCKETS_PER_USER: setting(wholeNumber(0, 100_000), {
    section: "Access",
    about: "Live boards that one user, or one key, may have open on an instance; any number when 0.",
    form: "a whole number from 0 to 100000",
    fallback: "20",
  }),

  ROLE: setting(oneOf(["all", "controller", "web"]), {
    section: "Operation",
    about: "What this instance does: calls, the API, or both.",
    form: "`all`, `controller` or `web`",
    fallback: "all",
  }),
  NODE_NAME: setting(
    z.string().regex(/^[\w.-]{1,64}$/, "is no name"),
    {
      section: "Operation",
      about: "Name of this instance in records, logs and metrics; unique among instances.",
      form: "a name of letters, digits, `.`, `-` and `_`",
      fallback: "the machine's host name",
    },
    hostname()
      .replace(/[^\w.-]/g, "-")
      .slice(0, 64) || "phone-proxy",
  ),
  LOG_LEVEL: setting(oneOf(["error", "warn", "info", "debug"]), {
    section: "Operation",
    about: "The least important lines that are written.",
    form: "`error`, `warn`, `info` or `debug`",
    fallback: "info",
  }),
  LOG_FORMAT: setting(oneOf(["auto", "json", "pretty"]), {
    section: "Operation",
    about: "Form of the log; `auto` is `pretty` on a terminal and `json` elsewhere.",
    form: "`auto`, `json` or `pretty`",
    fallback: "auto",
  }),
  BACKUP_STATUS_FILE: optional(plainText, {
    section: "Operation",
    about:
      "File that the backup job writes or touches when it is done; how old it is is shown, and warned of. " +
      "Not watched when not set.",
    form: "the path of a file",
  }),
  BACKUP_MAX_AGE_HOURS: setting(wholeNumber(1, 8760), {
    section: "Operation",
    about: "How old the last backup may be before health warns of it.",
    form: "a whole number from 1 to 8760",
    fallback: "26",
  }),
  SHUTDOWN_DEADLINE_MS: setting(wholeNumber(100, 300_000), {
    section: "Operation",
    about: "How long a stop may take before the process ends itself, in milliseconds.",
    form: "a whole number from 100 to 300000",
    fallback: "10000",
  }),
});

export type Environment = z.output<typeof environmentSchema>;
export type SettingName = keyof Environment;
