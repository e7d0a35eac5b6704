/**
 * - `ARI_HTTP`: Asterisk answered, and refused; `status` says how.
 * - `ARI_TIMEOUT`: no answer in time. It may have been carried out all the same.
 * - `ARI_DISCONNECTED`: there is no connection, or it was lost before the answer. It may have been carried out.
 * - `ARI_REPLACED`: another controller has taken the application; nothing was sent, or its answer was not awaited.
 * - `ARI_CLOSED`: `close()` was called.
 * - `ARI_TOO_LARGE`: more than Asterisk takes in one request, or may answer to a request in a lane; not sent.
 * - `ARI_ANSWER_TOO_LARGE`: the answer was larger than this client reads. It may have been carried out.
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

/** Says what was asked without the query and body, which may hold phone numbers. */
export class AriError extends Error {
  override readonly name = "AriError";
  readonly code: AriErrorCode;
  /** HTTP status that Asterisk answered with, else null. */
  readonly status: number | null;
  readonly method: string | null;
  /** Channel and bridge names are kept; the names of endpoints, devices and mailboxes are not. */
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

/** A dialled endpoint's name may be a phone number. */
function withoutNumbers(path: string): string {
  const [plain = path] = path.split("?", 1);
  return plain.replace(/^\/(endpoints|deviceStates|mailboxes)\/.*/, "/$1/…");
}

/** The reason in Asterisk's own words, e.g. `Channel not found`, with whatever could be a phone number blotted out. */
export function refusal(method: string, path: string, status: number, body: string): AriError {
  let reason = "";
  try {
    const answer: { readonly message?: unknown; readonly error?: unknown } | null = JSON.parse(body);
    const words = answer?.message ?? answer?.error;
    if (typeof words === "string") reason = words.replace(/\d{5,}/g, "…").slice(0, 200);
  } catch {
    // A refusal without words, or with a web page for words, is still told apart by its status.
  }
  const text = reason === "" ? `Asterisk answered ${status}` : `Asterisk answered ${status}, ${reason}`;
  return new AriError("ARI_HTTP", text, { status, method, path });
}

/** The channel, bridge or application is not there, or no longer: the normal course in a hang-up race. */
export function isGone(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** The name is taken, or the channel is not in a state for it. */
export function isConflict(error: unknown): boolean {
  return hasStatus(error, 409);
}

/** The channel is not in Stasis, or not yet. */
export function isUnprocessable(error: unknown): boolean {
  return hasStatus(error, 422);
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof AriError && error.status === status;
}
