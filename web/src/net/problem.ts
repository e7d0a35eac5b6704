import { ApiError } from "../api/client.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** An error of the server (`application/problem+json`), or no response. */
export class Problem extends Error {
  /** 0 without a response. */
  readonly status: number;
  /** Stable; `UNREACHABLE` without a response. */
  readonly code: string;
  readonly remedy: string | null;
  readonly retryAfterMs: number | null;
  /** Further members of the problem, such as the conflicting numbers. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(options: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly remedy?: string | null;
    readonly retryAfterMs?: number | null;
    readonly members?: Readonly<Record<string, unknown>>;
    readonly cause?: unknown;
  }) {
    super(options.detail, { cause: options.cause });
    this.name = "Problem";
    this.status = options.status;
    this.code = options.code;
    this.remedy = options.remedy ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.members = options.members ?? {};
  }

  /** Whether the error is likely to be temporary. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** Errors about one field that are not among the `errors` of a body. */
const fieldsOfCode: Readonly<Record<string, readonly string[]>> = {
  REAL_NUMBER_TAKEN: ["realNumber"],
  REAL_NUMBER_IS_PROXY: ["realNumber"],
  PROXY_NOT_IN_POOL: ["proxyNumber"],
  PROXY_TAKEN: ["proxyNumber"],
  PROXY_QUARANTINED: ["proxyNumber"],
  PROXY_BLOCKED: ["proxyNumber"],
  EXPIRY_PASSED: ["expiresAt"],
  POOL_NAME_TAKEN: ["name"],
  USERNAME_TAKEN: ["username"],
  NETWORK_INVALID: ["network"],
  RULE_EXISTS: ["network"],
  // To change the password, to prove that it is one's own account.
  PASSWORD_WRONG: ["current", "password"],
  PASSWORD_REFUSED: ["next"],
  TOTP_WRONG: ["code"],
  TOTP_MISSING: ["code"],
};

/** The fields of the request that the error is about, lists by their name; empty for any other error. */
export function blamedFields({ code, members }: Problem): ReadonlySet<string> {
  const known = fieldsOfCode[code];
  if (known !== undefined) return new Set(known);
  const errors: readonly unknown[] = Array.isArray(members["errors"]) ? members["errors"] : [];
  return new Set(
    errors.flatMap((error) => {
      const field = isRecord(error) ? error["field"] : null;
      return typeof field === "string" && field !== "" ? [field.split(".")[0] ?? field] : [];
    }),
  );
}

export const unreachable = (cause: unknown): Problem =>
  new Problem({ status: 0, code: "UNREACHABLE", detail: "The server cannot be reached.", cause });

/** Turns anything thrown into a `Problem`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ApiError) {
    const { status, code, detail, remedy, ...members } = error.problem;
    return new Problem({
      status,
      code,
      detail,
      remedy: remedy ?? null,
      retryAfterMs: error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1000,
      members,
      cause: error,
    });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ status: 500, code: "UNEXPECTED", detail, cause: error });
}

/** The problem in a response with a status of 400 or higher. */
export function problemOfAnswer(status: number, text: string, retryAfter: string | null): Problem {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy may respond with its own page.
  }
  const { code, detail, remedy, ...members } = isRecord(body) ? body : {};
  const seconds = Number(retryAfter);
  return new Problem({
    status,
    code: typeof code === "string" ? code : `HTTP_${status}`,
    detail: typeof detail === "string" ? detail : `HTTP ${status}`,
    remedy: typeof remedy === "string" ? remedy : null,
    retryAfterMs: retryAfter !== null && Number.isFinite(seconds) ? seconds * 1000 : null,
    members,
  });
}
