import { hash, randomBytes, randomInt } from "node:crypto";

/** 256 random bits, as text for a cookie or a header. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** What is stored of a token. A random one needs no salt and no slow hash: there is nothing to guess it by. */
export const tokenHash = (token: string): string => hash("sha256", token, "hex");

const letters = "abcdefghijkmnopqrstuvwxyz";

/** 185 random bits in small letters: no part of it can look like a phone number, which the log would mask. */
export const newLinkToken = (): string =>
  Array.from({ length: 40 }, () => letters[randomInt(letters.length)]).join("");

/** Tells API keys from all other secrets, for people and for scanners of leaked ones. */
export const keyPrefix = "ppk_";
export const newApiKey = (): string => keyPrefix + newToken();
