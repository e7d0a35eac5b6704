import type { Logger } from "typeorm";

const nothing = (): void => undefined;

/**
 * TypeORM's log without statements, which its own commands print: their parameters are the keys that migrations make, and
 * may be phone numbers. So may the driver's words about a failure. `say` gets the rest, one line at a time.
 */
export const migrationLog = (say: (line: string) => void): Logger => ({
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: say,
  logMigration: (message) => say(message.replace(/, error:.*/su, ".")),
  log: (_, message) => say(String(message)),
});

/** The application reports failures itself. */
export const noMigrationLog = migrationLog(nothing);
