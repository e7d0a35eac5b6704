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

function mistakeInReadUrls({
  DATABASE_URL: primary,
  DATABASE_READ_URLS: replicas,
}: {
  readonly DATABASE_URL: string;
  readonly DATABASE_READ_URLS: readonly string[] | null;
}): string | null {
  if (replicas === null) return null;
  if (!/^mysql:/i.test(primary)) return "is set, and DATABASE_URL is no MySQL server";
  // TypeORM has one setting of TLS for all servers of a database.
  const wrong = replicas.findIndex((url) => tlsOf(url) !== tlsOf(primary));
  return wrong === -1 ? null : `item ${wrong + 1} has other parameters tls and ca than DATABASE_URL`;
}

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
    const message = mistakeInReadUrls(values);
    if (message !== null) context.addIssue({ code: "custom", path: ["DATABASE_READ_URLS"], message });
  });

export type Environment = z.output<typeof environmentSchema>;
export type SettingName = keyof Environment;

export function isSettingName(name: string): name is SettingName {
  return name in environmentSchema.shape;
}
