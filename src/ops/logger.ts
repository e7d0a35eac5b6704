import type { Writable } from "node:stream";
import { createLogger as createWinston, format, transports } from "winston";
import type { Logger as Winston } from "winston";
import { systemClock } from "./clock.ts";
import { redactFields, redactText } from "./redact.ts";
import type { Clock, Logger } from "./types.ts";

export interface LoggerOptions {
  readonly level: "error" | "warn" | "info" | "debug";
  /** `json`: one object per line with `at` (UTC), `level`, `message`, and the fields. `pretty`: for terminals. */
  readonly format: "json" | "pretty";
  /** Fields added to every line, e.g. the node's name. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Standard output by default. */
  readonly destination?: Writable;
  readonly clock?: Pick<Clock, "nowMs">;
}

const reserved = new Set(["at", "level", "message"]);

/** The application log. Everything written passes the redactor. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? process.stdout;
  // Without a listener, a broken pipe would end the process and its calls.
  destination.on("error", ignoreBrokenPipe);
  const winston = createWinston({
    level: options.level,
    format: format.combine(format.printf(options.format === "json" ? jsonLine : prettyLine)),
    transports: [new transports.Stream({ stream: destination, eol: "\n" })],
  });
  return new WinstonLogger(winston, options.clock ?? systemClock, options.fields ?? {});
}

function ignoreBrokenPipe(): void {
  // There is nowhere left to report it.
}

class WinstonLogger implements Logger {
  readonly debugging: boolean;
  readonly #winston: Winston;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #bound: Readonly<Record<string, unknown>>;

  constructor(winston: Winston, clock: Pick<Clock, "nowMs">, bound: Readonly<Record<string, unknown>>) {
    this.#winston = winston;
    this.#clock = clock;
    this.#bound = bound;
    this.debugging = winston.isDebugEnabled();
  }

  debug(message: string, fields?: Record<string, unknown>): void {
    if (this.debugging) this.#write("debug", message, fields);
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.#write("info", message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.#write("warn", message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.#write("error", message, fields);
  }

  child(fields: Record<string, unknown>): Logger {
    return new WinstonLogger(this.#winston, this.#clock, { ...this.#bound, ...fields });
  }

  #write(level: string, message: string, fields: Record<string, unknown> | undefined): void {
    const at = new Date(this.#clock.nowMs()).toISOString();
    this.#winston.log({ level, message, at, fields: fields ? { ...this.#bound, ...fields } : this.#bound });
  }
}

interface Entry {
  readonly level: string;
  readonly message?: unknown;
  /** ISO 8601, UTC. */
  readonly at?: unknown;
  readonly fields?: unknown;
}

function fieldsOf(entry: Entry): Record<string, unknown> {
  const { fields } = entry;
  return typeof fields === "object" && fields !== null ? redactFields({ ...fields }) : {};
}

function jsonLine(entry: Entry): string {
  const line: Record<string, unknown> = {
    at: entry.at,
    level: entry.level,
    message: redactText(String(entry.message)),
  };
  for (const [key, value] of Object.entries(fieldsOf(entry)))
    line[reserved.has(key) ? `${key}_` : key] = value;
  return JSON.stringify(line);
}

const colours: Readonly<Record<string, string>> = {
  error: "\u001B[31m",
  warn: "\u001B[33m",
  debug: "\u001B[2m",
};

function prettyLine(entry: Entry): string {
  const time = String(entry.at).slice(11, 23);
  const colour = colours[entry.level] ?? "";
  const fields = Object.entries(fieldsOf(entry))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
  const level = entry.level.padEnd(5);
  return `${time} ${colour}${level}${colour && "\u001B[0m"} ${redactText(String(entry.message))}\u001B[2m${fields}\u001B[0m`;
}
