import { randomInt } from "node:crypto";
import { tokenHash } from "./tokens.ts";
import { matchTotp } from "./totp.ts";

const codes = 10;
const lettersPerCode = 16;
/** Without those that look alike, and without digits, which an authenticator's code consists of. */
const letters = "abcdefghjkmnpqrstuvwxyz";

/** A recovery code, which replaces the code of a lost phone. It has 72 random bits, so a fast hash is enough. */
function newCode(): string {
  const text = Array.from({ length: lettersPerCode }, () => letters[randomInt(letters.length)]).join("");
  return text.replaceAll(/.{4}(?=.)/g, "$&-");
}

const hashOf = (code: string): string => tokenHash(code.toLowerCase().replaceAll(/[\s-]/g, ""));

/** New recovery codes, to be shown once, and the column that knows them. */
export function newRecoveryCodes(): { readonly shown: readonly string[]; readonly stored: string } {
  const shown = Array.from({ length: codes }, newCode);
  return { shown, stored: shown.map(hashOf).join(",") };
}

export const countRecoveryCodes = (stored: string | null): number =>
  stored === null || stored === "" ? 0 : stored.split(",").length;

/** The columns of the user that remember what is used up. */
interface UsedUp {
  readonly totpLastStep: number;
  readonly recoveryCodes: string | null;
}

/** As an authenticator shows it; anything else may be a recovery code. */
export const isAuthenticatorCode = (code: string): boolean => /^\d{6}$/.test(code);

/** Uses up a code of the authenticator, or a recovery code; null if it is wrong or already used. */
export function takeSecondFactor(
  { totpSecret, totpLastStep, recoveryCodes }: UsedUp & { readonly totpSecret: string | null },
  code: string,
  atMs: number,
): UsedUp | null {
  if (totpSecret === null) return { totpLastStep, recoveryCodes };
  if (isAuthenticatorCode(code)) {
    const step = matchTotp(totpSecret, code, atMs, totpLastStep);
    return step === null ? null : { totpLastStep: step, recoveryCodes };
  }
  const left = (recoveryCodes ?? "").split(",");
  const used = hashOf(code);
  if (!left.includes(used)) return null;
  return { totpLastStep, recoveryCodes: left.filter((one) => one !== used).join(",") };
}
