export const expiries = ["d30", "d90", "d365", "date", "never"] as const;
export type Expiry = (typeof expiries)[number];

const days: Readonly<Partial<Record<Expiry, number>>> = { d30: 30, d90: 90, d365: 365 };

/** The value for the API; null: valid until revoked. `until` is in the viewer's time zone. */
export function expiryOf(expiry: Expiry, until: string, now: Date): string | null {
  if (expiry === "never") return null;
  if (expiry === "date") return new Date(until).toISOString();
  const end = new Date(now);
  end.setDate(end.getDate() + (days[expiry] ?? 0));
  return end.toISOString();
}

export type KeyState = "active" | "expired" | "revoked";

export function keyState(
  key: { readonly expiresAt: string | null; readonly revokedAt: string | null },
  now: Date,
): KeyState {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= now.getTime() ? "expired" : "active";
}
