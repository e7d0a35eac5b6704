import { databaseUrl, mysqlUrl, mysqlUrls, plainText, redisUrl, wholeNumber, yesOrNo } from "../fields.ts";
import { optional, setting } from "../setting.ts";

export const dataSettings = {
  DATABASE_URL: setting(databaseUrl, {
    section: "Data",
    about:
      "Where mappings and call records are stored. `?tls=verify` encrypts the connection to MySQL and checks the " +
      "server's certificate, with `&ca=FILE` against an authority of your own; `?tls=require` only encrypts.",
    form: "`mysql://user:password@host:3306/database`, or the path of a SQLite file",
    fallback: "data/phone-proxy.sqlite",
    secret: true,
  }),
  DATABASE_PASSWORD: optional(plainText, {
    section: "Data",
    about: "Password of the MySQL user, for a `DATABASE_URL` without one.",
    form: "a password",
    secret: true,
  }),
  DATABASE_MIGRATIONS_URL: optional(mysqlUrl, {
    section: "Data",
    about:
      "The same database for the account that may change tables (see [MySQL accounts](installation.md#mysql-accounts)). " +
      "Migrations run with it. If not set, they run with `DATABASE_URL`.",
    form: "`mysql://user:password@host:3306/database`",
    secret: true,
  }),
  DATABASE_READ_URLS: optional(mysqlUrls, {
    section: "Data",
    about:
      "Replicas of the database, which answer lists, exports, and statistics (see [Read replicas](scaling.md#read-replicas)). " +
      "Their `tls` and `ca` are those of `DATABASE_URL`.",
    form: "`mysql://user:password@host:3306/database`, several separated by spaces",
    secret: true,
  }),
  DATABASE_POOL_SIZE: setting(wholeNumber(1, 500), {
    section: "Data",
    about: "Size of this instance's MySQL connection pool, for each server.",
    form: "a whole number from 1 to 500",
    fallback: "10",
  }),
  REDIS_URL: optional(redisUrl, {
    section: "Data",
    about:
      "Cache and bus shared by all instances. If not set, both run in process. `rediss://` encrypts the connection and " +
      "checks the server's certificate, with `?ca=FILE` against an authority of your own; with `?tls=require` it is not checked.",
    form: "`redis://user:password@host:6379/0` or `rediss://…`",
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
  RETENTION_CALLS_DAYS: optional(wholeNumber(1, 36_500), {
    section: "Data",
    about: "Call records older than this are removed at night. Statistics stay. If not set, they are kept.",
    form: "a whole number from 1 to 36500",
  }),
  RETENTION_IMPORTS_DAYS: optional(wholeNumber(1, 36_500), {
    section: "Data",
    about:
      "Results and files of imports that ended longer ago are removed at night. You can then no longer undo these imports completely. " +
      "If not set, results are kept.",
    form: "a whole number from 1 to 36500",
  }),
  RETENTION_SIGN_INS_DAYS: optional(wholeNumber(1, 36_500), {
    section: "Data",
    about: "Failed sign-ins older than this are removed at night. If not set, they are kept.",
    form: "a whole number from 1 to 36500",
  }),
};
