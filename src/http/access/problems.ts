import { AccessError } from "../../access/errors.ts";
import type { AccessErrorCode } from "../../access/errors.ts";
import type { Permission } from "../../access/rules/rights.ts";
import { HttpProblem } from "../server/problems.ts";

const answers: Readonly<Record<AccessErrorCode, readonly [status: number, remedy?: string]>> = {
  SIGN_IN_FAILED: [401, "Check both; capital letters count in the password."],
  TOTP_REQUIRED: [401, "Send the six digits that the authenticator app shows as `code`."],
  TOTP_WRONG: [403, "Wait for the next code, and check that the clock of the phone is right."],
  LOCKED_OUT: [429, "Wait for the seconds in `Retry-After`, then try again."],
  BUSY: [503, "Try again in a few seconds."],
  TOO_MANY_REQUESTS: [429, "Wait for the seconds in `Retry-After`, then try again."],
  TOTP_MISSING: [403, "Send the six digits that the current authenticator shows as `code`."],
  LINK_INVALID: [
    410,
    "Ask an administrator for a new link. A restart writes the first administrator's link to the log.",
  ],
  ALREADY_SET_UP: [409, "Sign in."],
  PASSWORD_REFUSED: [400, "Use four or five unrelated words."],
  PASSWORD_WRONG: [403],
  TOTP_NOT_STARTED: [409, "Start with `POST /account/totp`."],
  USERNAME_TAKEN: [409, "Choose another name."],
  LAST_ADMINISTRATOR: [409, "Make another user an administrator first."],
  OWN_ACCOUNT: [409, "Use the Account page, or ask another administrator."],
  UNKNOWN: [404],
  EXPIRY_PASSED: [400, "Choose a later one, or none."],
  NETWORK_INVALID: [400, "Write it as 192.0.2.7, 10.0.0.0/8, or 2001:db8::/32."],
  RULE_EXISTS: [409],
  WOULD_LOCK_OUT: [409, "Allow your own address or network first."],
};

const retryAfter = (ms: number): Readonly<Record<string, string>> => ({
  "Retry-After": String(Math.ceil(ms / 1000)),
});

/** The problem for an access error; null for any other error. */
export function accessProblem(error: unknown): HttpProblem | null {
  if (!(error instanceof AccessError)) return null;
  const { code, message: detail, retryAfterMs } = error;
  const [status, remedy] = answers[code];
  return new HttpProblem({
    status,
    code,
    detail,
    ...(remedy !== undefined && { remedy }),
    ...(retryAfterMs !== null && { headers: retryAfter(retryAfterMs) }),
    cause: error,
  });
}

export const tooManyRequests = (waitMs: number): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: "TOO_MANY_REQUESTS",
    detail: "Too many requests.",
    remedy: "Wait for the seconds in `Retry-After`, then try again.",
    headers: retryAfter(waitMs),
  });

export const signInRequired = (): HttpProblem =>
  new HttpProblem({
    status: 401,
    code: "SIGN_IN_REQUIRED",
    detail: "You need to sign in, or send an API key.",
    remedy: "Sign in, or send a valid key in the header `Authorization: Bearer …`.",
    headers: { "WWW-Authenticate": 'Bearer realm="phone-proxy"' },
  });

export const notAllowed = (permission: Permission | null): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: "NOT_ALLOWED",
    detail: "You do not have permission to do this.",
    remedy: "Ask an administrator for a role or an API key with this permission.",
    members: { permission },
  });

export const addressNotAllowed = (): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: "ADDRESS_NOT_ALLOWED",
    detail: "Access from your IP address is not allowed.",
    remedy: "Ask an administrator for an IP rule that allows it.",
  });

export const foreignOrigin = (): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: "FOREIGN_ORIGIN",
    detail: "The request comes from another site.",
    remedy: "Use the pages of this server. Programs send an API key, which is not subject to this check.",
  });

export const hostInvalid = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "HOST_INVALID",
    detail: "The request must name exactly one valid host.",
    remedy: "Send one `Host` header with the name or IP address of this server.",
  });

export const hostNotAllowed = (): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: "HOST_NOT_ALLOWED",
    detail: "This host name is not allowed while ACCESS is open.",
    remedy:
      "Set PUBLIC_URL to the URL that users open, or set ACCESS=required. The IP address of the server and " +
      "localhost always work.",
  });
