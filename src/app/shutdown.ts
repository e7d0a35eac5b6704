import { Shutdown } from "../ops/shutdown.ts";
import type { Foundation } from "./foundation.ts";

type Ending = Promise<void> | void;

interface Closing {
  close(): Ending;
}

interface ClosingWithin {
  close(deadlineMs: number): Ending;
}

/** The parts to stop; null if this role does not have one. */
interface StoppableParts {
  readonly serviceManager: { stopping(): void };
  readonly calls: (Closing & { drain(): Ending }) | null;
  readonly http: ClosingWithin;
  readonly privacy: Closing;
  readonly retention: Closing;
  readonly imports: Closing;
  readonly logs: ClosingWithin | null;
  readonly numbers: Closing;
  readonly access: Closing;
  readonly shared: Closing;
  readonly figures: Closing;
  readonly monitoring: Closing;
  readonly database: Closing;
}

/** The order in which the parts stop, so that none stops before the parts that use it. */
export function planShutdown(
  { settings, clock, logger, readiness }: Foundation,
  parts: StoppableParts,
  exit: (code: number) => void = (code) => process.exit(code),
): Shutdown {
  const { shutdownDeadlineMs: deadlineMs } = settings;
  const { calls, http, logs, numbers, access, shared } = parts;
  const shutdown = new Shutdown({ deadlineMs, clock, logger, exit });
  shutdown.phase("readiness", () => readiness.stopping());
  shutdown.phase("service manager", () => parts.serviceManager.stopping());
  // Without Asterisk no call can finish, and the phases below still need their time.
  shutdown.phase("calls", () => calls?.drain(), deadlineMs / 2);
  shutdown.phase("asterisk", () => calls?.close());
  // The dialplan's fallback may look up numbers until the last call is handed over.
  shutdown.phase("http", () => http.close(deadlineMs / 4));
  shutdown.phase("imports", async () => {
    await parts.privacy.close();
    await parts.retention.close();
    await parts.imports.close();
  });
  shutdown.phase("call log", () => logs?.close(deadlineMs / 4));
  shutdown.phase("numbers", async () => {
    await numbers.close();
    await access.close();
    await shared.close();
  });
  shutdown.phase("database", async () => {
    await parts.figures.close();
    await parts.monitoring.close();
    await parts.database.close();
  });
  return shutdown;
}
