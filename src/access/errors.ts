/** Why access, or a change to it, was denied. `code` is stable. */
export type AccessErrorCode =
  | "SIGN_IN_FAILED"
  | "TOTP_REQUIRED"
  | "LOCKED_OUT"
  | "BUSY"
  | "TOO_MANY_REQUESTS"
  | "LINK_INVALID"
  | "ALREADY_SET_UP"
  | "PASSWORD_REFUSED"
  | "PASSWORD_WRONG"
  | "TOTP_WRONG"
  | "TOTP_MISSING"
  | "TOTP_NOT_STARTED"
  | "USERNAME_TAKEN"
  | "LAST_ADMINISTRATOR"
  | "OWN_ACCOUNT"
  | "UNKNOWN"
  | "EXPIRY_PASSED"
  | "NETWORK_INVALID"
  | "RULE_EXISTS"
  | "WOULD_LOCK_OUT";

export class AccessError extends Error {
  readonly code: AccessErrorCode;
  /** When to retry; null: retrying is pointless. */
  readonly retryAfterMs: number | null;

  constructor(code: AccessErrorCode, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "AccessError";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export const unknownThing = (what: string): AccessError =>
  new AccessError("UNKNOWN", `The ${what} does not exist.`);
