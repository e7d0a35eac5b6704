/**
 * - `ARI_HTTP`: Asterisk answered with an error; see `status`.
 * - `ARI_TIMEOUT`: no answer in time. The request may have been carried out.
 * - `ARI_DISCONNECTED`: there is no connection, or it was lost before the answer. The request may have been carried
 *   out.
 * - `ARI_REPLACED`: another controller has taken over the application; the request was not sent, or its answer was
 *   not awaited.
 * - `ARI_CLOSED`: `close()` was called.
 * - `ARI_TOO_LARGE`: larger than Asterisk accepts in one request, or its answer may be too large for a lane; not
 *   sent.
 * - `ARI_ANSWER_TOO_LARGE`: the answer was larger than this client reads. The request may have been carried out.
 * - `ARI_MALFORMED`: the answer could not be read.
 */
export type AriErrorCode =
  | "ARI_HTTP"
  | "ARI_TIMEOUT"
  | "ARI_DISCONNECTED"
  | "ARI_REPLACED"
  | "ARI_CLOSED"
  | "ARI_TOO_LARGE"
  | "ARI_ANSWER_TOO_LARGE"
  | "ARI_MALFORMED";

interface AriErrorDetails {
  readonly status?: number;
  readonly method?: string;
  readonly path?: string;
  readonly cause?: unknown;
}

/** Describes the request without its query and body, which may contain phone numbers. */
export class AriError extends Error {
  override readonly name = "AriError";
  readonly code: AriErrorCode;
  /** HTTP status of Asterisk's answer, otherwise null. */
  readonly status: number | null;
  readonly method: string | null;
  /** Channel and bridge IDs are kept; names of endpoints, devices, and mailboxes are removed. */
  readonly path: string | null;

  constructor(code: AriErrorCode, reason: string, details: AriErrorDetails = {}) {
    const path = details.path === undefined ? null : withoutNumbers(details.path);
    const asked = path === null ? "" : `${details.method ?? ""} ${path}: `;
    super(`${asked}${reason}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.method = details.method ?? null;
    this.path = path;
  }
}

/** The name of a dialled endpoint may contain a phone number. */
function withoutNumbers(path: string): string {
  const [plain = path] = path.split("?", 1);
  return plain.replace(/^\/(endpoints|deviceStates|mailboxes)\/.*/, "/$1/…");
}

/** The reason given by Asterisk, e.g. `Channel not found`, with anything that could be a phone number redacted. */
export function refusal(method: string, path: string, status: number, body: string): AriError {
  let reason = "";
  try {
    const answer: { readonly message?: unknown; readonly error?: unknown } | null = JSON.parse(body);
    const words = answer?.message ?? answer?.error;
    if (typeof words === "string") reason = words.replace(/\d{5,}/g, "…").slice(0, 200);
  } catch {
    // An error without a reason, or with an HTML page, is still identified by its status.
  }
  const text = reason === "" ? `Asterisk answered ${status}` : `Asterisk answered ${status}, ${reason}`;
  return new AriError("ARI_HTTP", text, { status, method, path });
}

/** The channel, bridge, or application does not exist (any more): normal in a hangup race. */
export function isGone(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** The name is taken, or the channel is in the wrong state. */
export function isConflict(error: unknown): boolean {
  return hasStatus(error, 409);
}

/** The channel is not in Stasis (yet). */
export function isUnprocessable(error: unknown): boolean {
  return hasStatus(error, 422);
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof AriError && error.status === status;
}
