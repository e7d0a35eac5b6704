import { hash, randomBytes, randomInt } from "node:crypto";

/** 256 random bits, as text for a cookie or a header. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** The stored hash of a token. A random token needs no salt and no slow hash, because it cannot be guessed. */
export const tokenHash = (token: string): string => hash("sha256", token, "hex");

const letters = "abcdefghijkmnopqrstuvwxyz";

/** 185 random bits in lowercase letters: no part of it can look like a phone number, which the log would mask. */
export const newLinkToken = (): string =>
  Array.from({ length: 40 }, () => letters[randomInt(letters.length)]).join("");

/** Identifies API keys, for people and for secret scanners. */
export const keyPrefix = "ppk_";
export const newApiKey = (): string => keyPrefix + newToken();
