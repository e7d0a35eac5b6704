import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AccessError } from "./errors.ts";

export interface Passwords {
  /** `scrypt$cost$salt$hash`. */
  hash(password: string): Promise<string>;
  /** With null for an unknown user or one without a password: takes as long, and is false. */
  matches(password: string, stored: string | null): Promise<boolean>;
}

interface PasswordsOptions {
  /** N of scrypt (RFC 7914), a power of two; 2^15 with r = 8 takes 32 MB. */
  readonly cost?: number;
  /** Maximum concurrent hashes. Each occupies a thread that files and databases need, too. */
  readonly concurrency?: number;
  /** Maximum waiting hashes. */
  readonly queue?: number;
}

const blockSize = 8;
const keyLength = 32;
const busyRetryMs = 2000;

/** Hashes passwords with scrypt, with limited concurrency. */
export function createPasswords(options: PasswordsOptions = {}): Passwords {
  const { cost = 2 ** 15, concurrency = 2, queue = 20 } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < concurrency) running += 1;
    else if (waiting.length < queue) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new AccessError("BUSY", "Too many concurrent sign-ins.", busyRetryMs);
    try {
      return await work();
    } finally {
      // The slot passes to the next waiter directly, so that no other call gets in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  const dummy = format(cost, randomBytes(16), randomBytes(keyLength));

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        return format(cost, salt, await derive(password, salt, cost));
      }),

    matches: (password, stored) =>
      inTurn(async () => {
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
