import { loadSettings } from "../../config/settings.ts";
import { startApplication } from "../../src/app/application.ts";
import { noteDecisions } from "./decisions.ts";

/**
 * The whole application in this process, as with `npm start`: records in MySQL, bus and cache in Redis, and sign-in
 * required to watch. In addition, it only records the time of each transition.
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
