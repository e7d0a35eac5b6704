import { toLocalInput } from "../../format/localTime.ts";

/**
 * Whether a number with this expiry, which may be unset or unchanged, refuses calls at once. A date lasts until its
 * end, so only an earlier one than today is past.
 */
export function isPast(expiresAt: string | null | undefined, nowMs = Date.now()): boolean {
  if (typeof expiresAt !== "string") return false;
  const [today = ""] = toLocalInput(new Date(nowMs).toISOString()).split("T");
  return expiresAt.includes("T") ? Date.parse(expiresAt) <= nowMs : expiresAt < today;
}
