import { loadSettings } from "../../config/settings.ts";
import { startApplication } from "../../src/main.ts";
import { noteDecisions } from "./decisions.ts";

/**
 * The whole application in this process, as `npm start` runs it: records in MySQL, bus and cache over Redis, and
 * nobody watches who has not signed in. Only the moments of its decisions are noted beside it.
 */

const environment = JSON.parse(process.env["BENCH_SETTINGS"] ?? "{}") as Record<string, string>;
const settings = loadSettings({ environment, envFile: null, terminal: false });
const application = await startApplication(settings, { observe: noteDecisions() });

process.once("SIGTERM", () => void application.stop("the benchmark is over"));

const untilReconciled = (): void => {
  if (application.controllers.every(({ reconciled }) => reconciled))
    process.send?.({ ready: true, url: application.url });
  else setTimeout(untilReconciled, 20);
};
untilReconciled();
