import { Secret, TOTP } from "otpauth";

const periodMs = 30_000;

const totpOf = (secret: string, label = ""): TOTP =>
  new TOTP({
    issuer: "Phone Proxy",
    label,
    algorithm: "SHA1",
    digits: 6,
    period: periodMs / 1000,
    secret: Secret.fromBase32(secret),
  });

/** Base32, 160 bits (RFC 4226, 4). */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** For the authenticator app: `otpauth://totp/…`. */
export const totpUri = (secret: string, username: string): string => totpOf(secret, username).toString();

/**
 * The time step of the code, or null. One step of clock drift is tolerated in both directions; steps up to
 * `lastStep` are used up.
 */
export function matchTotp(secret: string, code: string, atMs: number, lastStep: number): number | null {
  const delta = totpOf(secret).validate({ token: code, timestamp: atMs, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(atMs / periodMs) + delta;
  return step > lastStep ? step : null;
}
