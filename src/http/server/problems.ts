export interface ProblemOptions {
  readonly status: number;
  /** Stable identifier for clients and the web pages. */
  readonly code: string;
  /** What went wrong, without any client input. */
  readonly detail: string;
  /** How to fix it. */
  readonly remedy?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error in the API: `application/problem+json` (RFC 9457) with `code` and `remedy`. */
export class HttpProblem extends Error {
  readonly code: string;
  readonly options: ProblemOptions;

  constructor(options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.name = "HttpProblem";
    this.code = options.code;
    this.options = options;
  }

  get status(): number {
    return this.options.status;
  }

  get body(): Readonly<Record<string, unknown>> {
    const { status, code, detail, remedy, members } = this.options;
    return { status, code, detail, ...(remedy !== undefined && { remedy }), ...members };
  }
}

export const targetInvalid = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "TARGET_INVALID",
    detail: "The target of the request is not a proper path.",
    remedy: "Begin it with one slash, and encode other characters than ASCII as in %D0%90.",
  });

/** The status is for the log and the metrics: the answer reaches no one. */
export const clientGone = (cause?: unknown): HttpProblem =>
  new HttpProblem({
    status: 499,
    code: "CLIENT_GONE",
    detail: "The client closed the connection.",
    cause,
  });

const retryAfterSeconds = "5";

export const databaseAway = (cause: unknown, members: Readonly<Record<string, unknown>> = {}): HttpProblem =>
  new HttpProblem({
    status: 503,
    code: "DATABASE_AWAY",
    detail: "The database is unavailable.",
    remedy: "Try again in a few seconds; nothing is lost.",
    headers: { "Retry-After": retryAfterSeconds },
    members,
    cause,
  });

export const lookupUnavailable = (): HttpProblem => databaseAway(undefined);

export const numberUnreadable = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "NUMBER_UNREADABLE",
    detail: "This is not a phone number.",
    remedy:
      "Send the digits with the country code. A plus sign, spaces, parentheses, and hyphens are allowed.",
  });

export const numberUnknown = (members?: Readonly<Record<string, unknown>>): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: "NUMBER_UNKNOWN",
    detail: "No mapping has this number.",
    ...(members !== undefined && { members }),
  });
