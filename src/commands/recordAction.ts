import { createAuditLog } from "../access/auditLog.ts";
import type { AuditEvent } from "../access/types.ts";
import { systemClock } from "../ops/clock.ts";
import { createLogger } from "../ops/logger.ts";
import type { Store } from "../store/types.ts";
import { operator } from "./operator.ts";

/** Writes into the audit log what the operator of a command did. Rejects if the database cannot take it. */
export async function recordAction(
  store: Store,
  action: Pick<AuditEvent, "action" | "target" | "details">,
): Promise<void> {
  const logger = createLogger({ level: "error", format: "pretty", destination: process.stderr });
  const audit = createAuditLog({ store, logger, clock: systemClock });
  try {
    await audit.record({ ...action, outcome: "done", actor: operator(), address: "" });
  } finally {
    await audit.close();
  }
}
