import type { AriAddress } from "../src/ari/types.ts";
import type { InboundTrunk } from "../src/calls/active/rules/dialplanSettings.ts";
import type { Announcements, OutboundTrunk } from "../src/calls/decision/policy.ts";
import type { DatabaseAddress } from "../src/store/dataSource.ts";
import type { ShownSetting } from "../src/values/shownSetting.ts";
import type { NumberRange } from "../src/values/numberRange.ts";
import type { Environment, SettingName } from "./schema.ts";
import type { WithoutEffect } from "./withoutEffect.ts";

/** Everything that can be set, as the application uses it. Durations are milliseconds. */
export interface Settings {
  readonly node: { readonly name: string; readonly role: Environment["ROLE"] };
  readonly database: DatabaseAddress;
  /** Replicas of the database, for reads that may lag. */
  readonly databaseReadUrls: readonly string[];
  /** null: cache and bus within the process. */
  readonly redisUrl: string | null;
  readonly spool: { readonly directory: string; readonly sync: boolean };
  /** Asterisk's own account of calls; null: it does not come to this instance as a file. */
  readonly asteriskCallFile: string | null;
  readonly asterisk: {
    /** Empty while `waitingFor` names the setting that is missing. */
    readonly servers: readonly AriAddress[];
    readonly waitingFor: SettingName | null;
    readonly transport: Environment["ARI_TRANSPORT"];
    readonly commandSockets: number;
    readonly requestTimeoutMs: number;
  };
  readonly calls: {
    readonly ringTimeoutMs: number;
    readonly maxCallMs: number;
    readonly lookupTimeoutMs: number;
    /** How old the call may be that an owner returns. 0: none is. */
    readonly returnCallMs: number;
    /** Never empty; the first is the default. */
    readonly trunks: readonly [ConfiguredTrunk, ...ConfiguredTrunk[]];
    /** Never empty. */
    readonly inboundTrunks: readonly InboundTrunk[];
    /** SIP codes, besides 5xx, after which the next trunk is tried. */
    readonly failOverCodes: readonly number[];
    readonly silentTrunkMs: number;
    /** Which side connects calls: Asterisk (`dial`) or the controller (`bridge`). */
    readonly connect: "dial" | "bridge";
    readonly announcements: Announcements;
  };
  readonly numbers: {
    /** ISO 3166 code, e.g. `RU`. */
    readonly defaultCountry: string;
    /** Premium-rate, shared-cost, and satellite numbers may be real numbers. */
    readonly acceptPremium: boolean;
    /** IANA name: the zone of dates without an offset. */
    readonly timeZone: string;
    readonly defaultPool: readonly NumberRange[];
    readonly cache: {
      readonly localTtlMs: number;
      readonly localEntries: number;
      readonly redisTtlMs: number;
      readonly unknownTtlMs: number;
    };
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustedProxies: readonly string[];
    /** Any number when 0. */
    readonly connections: { readonly total: number; readonly perAddress: number };
    readonly uploadMaxBytes: number;
    /** Folder for uploads. */
    readonly uploadDirectory: string;
  };
  readonly access: {
    readonly mode: Environment["ACCESS"];
    readonly publicUrl: string | null;
    /** Requests in `durationSeconds`; `points` 0: no limit. */
    readonly limits: Readonly<Record<"user" | "key" | "address" | "signIn", RequestLimit>>;
    /** 0: no limit. */
    readonly liveSocketsPerUser: number;
  };
  /** How many days data is kept; null: forever. */
  readonly retention: {
    readonly calls: number | null;
    readonly imports: number | null;
    readonly signInFailures: number | null;
  };
  readonly backup: BackupSettings;
  readonly log: { readonly level: Environment["LOG_LEVEL"]; readonly format: "json" | "pretty" };
  readonly shutdownDeadlineMs: number;
  /**
   * Unknown settings in the `.env` file and among the files with secrets, and variables that are almost a setting's name: most
   * likely misspelt; logged.
   */
  readonly unknownSettings: readonly string[];
  /** Logged, too. */
  readonly withoutEffect: readonly WithoutEffect[];
  /** All of them as they were given, without secrets. */
  readonly shown: readonly ShownSetting[];
}

export interface ConfiguredTrunk extends OutboundTrunk {
  /** Prefix of the E.164 digits that the callee sees, usually empty or `+`. */
  readonly callerIdPrefix: string;
}

export interface BackupSettings {
  /** null: no backup can be made. */
  readonly directory: string | null;
  readonly keepDays: number;
  /** A recipient of age, or a file with a public key of GPG; null: backups are not encrypted. */
  readonly encryptTo: string | null;
  /** null: the address of the database itself. */
  readonly databaseUrl: string | null;
  readonly asteriskDirectory: string;
  /** null: backups are not monitored. */
  readonly statusFile: string | null;
  readonly maxAgeMs: number;
}

interface RequestLimit {
  readonly points: number;
  readonly durationSeconds: number;
}
