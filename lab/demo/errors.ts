/** The demo cannot continue. The message says why and what to do. */
export class DemoError extends Error {
  readonly code = "DEMO_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DemoError";
  }
}

/** The demo was interrupted, e.g. by Ctrl-C. */
export class DemoInterruptedError extends Error {
  readonly code = "DEMO_INTERRUPTED";

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
    this.name = "DemoInterruptedError";
  }
}
