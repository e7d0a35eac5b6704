import type { Logger } from "../../src/ops/types.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

interface RecordingOptions {
  /** An existing list to add the lines to. */
  readonly lines?: LogLine[];
  /** Whether the log level includes debug lines. */
  readonly debugging?: boolean;
}

/** A logger whose lines a test can read. */
export function recordingLogger({ lines = [], debugging = false }: RecordingOptions = {}): {
  readonly logger: Logger;
  readonly lines: LogLine[];
} {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields?: Record<string, unknown>): void => {
      lines.push({ level, message, fields });
    };
  const logger: Logger = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    debugging,
    child: () => logger,
  };
  return { logger, lines };
}
