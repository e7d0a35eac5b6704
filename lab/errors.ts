/** This machine cannot run the lab (no root, not Debian, no mirror). The message is one sentence that says why. */
export class LabUnavailableError extends Error {
  readonly code = "LAB_UNAVAILABLE";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LabUnavailableError";
  }
}

/** Another process, not one of ours, uses an address that a part needs. */
export class LabPortTakenError extends Error {
  readonly code = "LAB_PORT_TAKEN";

  constructor(part: string, endpoint: { protocol: string; host: string; port: number; setting: string }) {
    super(
      `${part} needs ${endpoint.protocol} ${endpoint.host}:${endpoint.port}, which another process uses. ` +
        `Stop that process, or set ${endpoint.setting} to a free port.`,
    );
    this.name = "LabPortTakenError";
  }
}

/** A part did not start, become ready, or end. The message contains the end of its log. */
export class LabPartError extends Error {
  readonly code = "LAB_PART_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LabPartError";
  }
}
