import { loadSettings } from "../../../config/settings.ts";
import { startApplication } from "../../../src/app/application.ts";
import { watchDelays } from "./delays.ts";

/**
 * The whole application in this process, as with `npm start`, with its event loop monitored. Responds to any message
 * with the delays since the last one.
 */

const environment = JSON.parse(process.env["APPLICATION_SETTINGS"] ?? "{}") as Record<string, string>;
const settings = loadSettings({ environment, envFile: null, terminal: false });
const application = await startApplication(settings);
const delays = watchDelays();

process.on("message", () => process.send?.(delays()));
process.once("SIGTERM", () => void application.stop("told so"));

const untilReconciled = (): void => {
  if (application.controllers.every(({ reconciled }) => reconciled))
    process.send?.({ ready: true, url: application.url });
  else setTimeout(untilReconciled, 20);
};
untilReconciled();
