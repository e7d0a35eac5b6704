import { loadSettings } from "../config/settings.ts";
import { SettingsError } from "../config/settingsError.ts";
import { startApplication } from "./app/application.ts";
import { restrictUmask } from "./ops/privateFiles.ts";

const stopAtOnce = (): never => process.exit(143);

/** The process: settings, application, signals. */
try {
  restrictUmask();
  // The first process of a container gets no signal that it does not listen for.
  process.on("SIGTERM", stopAtOnce);
  const application = await startApplication(loadSettings());
  application.stopOnSignals();
  process.off("SIGTERM", stopAtOnce);
} catch (error) {
  // There is no logger without settings, so the error goes to standard error as plain text.
  process.stderr.write(`${startFailure(error)}\n`);
  // Parts opened before the failure would keep the process alive.
  process.exit(error instanceof SettingsError ? 2 : 1);
}

/** One plain line, or one per invalid setting; a stack trace would only hide it. */
function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/gu, " ");
}
