import { loadSettings } from "../../config/settings.ts";
import type { LabAddresses } from "../../lab/lab.ts";
import { dialplanSettings } from "../../src/app/active.ts";
import { createHttpRequester } from "../../src/ari/httpRequester.ts";
import { writeVariable } from "../../src/calls/active/dialplan.ts";
import { dialplanValues, settingsText } from "../../src/calls/active/rules/dialplanSettings.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { silentLogger } from "./silentLogger.ts";

/**
 * Gives the lab's dialplan the settings that an application with this environment would give it. It keeps those of
 * the last application, so a test without an application has to set what it needs.
 */
export async function giveDialplan(
  { ari }: LabAddresses,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const settings = loadSettings({ environment, envFile: null, terminal: false });
  const text = settingsText(dialplanValues(dialplanSettings(settings), new Map()));
  const asterisk = createHttpRequester(
    { name: "lab", application: "", ...ari },
    { clock: systemClock, logger: silentLogger },
  );
  try {
    await writeVariable(asterisk.request, "PP_SETTINGS", text);
    await writeVariable(asterisk.request, "PP_LOADED", "");
  } finally {
    asterisk.close();
  }
}
