import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AccessError } from "./errors.ts";
import { FairQueue } from "./fairQueue.ts";
import type { Place } from "./fairQueue.ts";

export interface Passwords {
  /** `scrypt$cost$salt$hash`. */
  hash(password: string, place: Place): Promise<string>;
  /** With null for an unknown user or one without a password: takes as long, and is false. */
  matches(password: string, stored: string | null, place: Place): Promise<boolean>;
}

interface PasswordsOptions {
  /** N of scrypt (RFC 7914), a power of two; 2^15 with r = 8 takes 32 MB. */
  readonly cost?: number;
  /** Maximum concurrent hashes. Each occupies a thread that files and databases need, too. */
  readonly concurrency?: number;
  readonly mostWaiting?: number;
}

const blockSize = 8;
const keyLength = 32;
const busyRetryMs = 2000;

export const tooManySignIns = (): AccessError =>
  new AccessError("BUSY", "Too many concurrent sign-ins.", busyRetryMs);

/** Hashes passwords with scrypt, a few at a time, in a fair order. */
export function createPasswords(options: PasswordsOptions = {}): Passwords {
  const { cost = 2 ** 15, concurrency = 2, mostWaiting = 200 } = options;
  const queue = new FairQueue({ concurrency, mostWaiting, refusal: tooManySignIns });
  const dummy = format(cost, randomBytes(16), randomBytes(keyLength));

  return {
    hash: (password, place) =>
      queue.run(place, async () => {
        const salt = randomBytes(16);
        return format(cost, salt, await derive(password, salt, cost));
      }),

    matches: (password, stored, place) =>
      queue.run(place, async () => {
        const [scheme, costText, saltText = "", hashText = ""] = (stored ?? dummy).split("$");
        if (scheme !== "scrypt") throw new Error("A stored password has an unknown format.");
        const derived = await derive(password, Buffer.from(saltText, "base64url"), Number(costText));
        const expected = Buffer.from(hashText, "base64url");
        return expected.length === derived.length && timingSafeEqual(expected, derived) && stored !== null;
      }),
  };
}

function format(cost: number, salt: Buffer, hash: Buffer): string {
  return ["scrypt", cost, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  // The same letter can be typed as one character or two.
  const text = password.normalize("NFC");
  const options = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, keyLength, options, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}
