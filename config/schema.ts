import { z } from "zod";
import { accessSettings } from "./sections/access.ts";
import { asteriskSettings } from "./sections/asterisk.ts";
import { backupSettings } from "./sections/backup.ts";
import { callsSettings } from "./sections/calls.ts";
import { dataSettings } from "./sections/data.ts";
import { numbersSettings } from "./sections/numbers.ts";
import { operationSettings } from "./sections/operation.ts";
import { webSettings } from "./sections/web.ts";

/** All settings, in the order of their documentation. */
export const environmentSchema = z.object({
  ...dataSettings,
  ...asteriskSettings,
  ...callsSettings,
  ...numbersSettings,
  ...webSettings,
  ...accessSettings,
  ...operationSettings,
  ...backupSettings,
});

export type Environment = z.output<typeof environmentSchema>;
export type SettingName = keyof Environment;

export function isSettingName(name: string): name is SettingName {
  return name in environmentSchema.shape;
}
