import { z } from "zod";
import { accessSettings } from "./sections/access.ts";
import { asteriskSettings } from "./sections/asterisk.ts";
import { backupSettings } from "./sections/backup.ts";
import { callsSettings } from "./sections/calls.ts";
import { dataSettings } from "./sections/data.ts";
import { numbersSettings } from "./sections/numbers.ts";
import { operationSettings } from "./sections/operation.ts";
import { webSettings } from "./sections/web.ts";
import { serverAddressOf } from "../src/store/serverUrl.ts";

const tlsOf = (url: string): string => JSON.stringify(serverAddressOf(url).tls);
const databaseOf = (url: string): string => serverAddressOf(url).database;

/** The mistake in other URLs of the database, or null. A URL that is ignored, or names other data, would do harm unnoticed. */
function mistakeInUrls(primary: string, urls: string | readonly string[] | null): string | null {
  if (urls === null) return null;
  if (!/^mysql:/i.test(primary)) return "is set, but DATABASE_URL is not a MySQL URL";
  if (typeof urls === "string")
    return databaseOf(urls) === databaseOf(primary) ? null : "names another database than DATABASE_URL";
  const foreign = urls.findIndex((url) => databaseOf(url) !== databaseOf(primary));
  if (foreign !== -1) return `item ${foreign + 1} names another database than DATABASE_URL`;
  // TypeORM has one setting of TLS for all servers of a database.
  const wrong = urls.findIndex((url) => tlsOf(url) !== tlsOf(primary));
  return wrong === -1 ? null : `item ${wrong + 1} has other parameters tls and ca than DATABASE_URL`;
}

const otherUrls = ["DATABASE_MIGRATIONS_URL", "DATABASE_READ_URLS", "BACKUP_DATABASE_URL"] as const;

/** All settings, in the order of their documentation. */
export const environmentSchema = z
  .object({
    ...dataSettings,
    ...asteriskSettings,
    ...callsSettings,
    ...numbersSettings,
    ...webSettings,
    ...accessSettings,
    ...operationSettings,
    ...backupSettings,
  })
  .superRefine((values, context) => {
    for (const name of otherUrls) {
      const message = mistakeInUrls(values.DATABASE_URL, values[name]);
      if (message !== null) context.addIssue({ code: "custom", path: [name], message });
    }
  });

export type Environment = z.output<typeof environmentSchema>;
export type SettingName = keyof Environment;

export function isSettingName(name: string): name is SettingName {
  return name in environmentSchema.shape;
}
