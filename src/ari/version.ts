/** `[major, minor, patch]`; null for a build without a number, such as `GIT-master-1a2b3c`. */
type AsteriskVersion = readonly [major: number, minor: number, patch: number];

/**
 * Parses `22.10.1`, `22.10.1~dfsg+~cs6`, `certified/20.7-cert3`. null for `GIT-22-1a2b3c`: it could be as old as
 * 22.0.0.
 */
export function parseVersion(text: string): AsteriskVersion | null {
  const [, major, minor, patch] = /^(?:certified[/-])?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) return null;
  return [Number(major), Number(minor), Number(patch ?? "0")];
}

export function isBelow(version: AsteriskVersion, other: AsteriskVersion): boolean {
  for (const index of [0, 1, 2] as const) {
    if (version[index] !== other[index]) return version[index] < other[index];
  }
  return false;
}

/**
 * REST over WebSocket was added to three branches at once. A build without a version number gets what every
 * Asterisk supports.
 */
export function hasRestOverWebSocket(version: AsteriskVersion | null): boolean {
  if (version === null) return false;
  const [major] = version;
  if (major === 20) return !isBelow(version, [20, 14, 0]);
  if (major === 21) return !isBelow(version, [21, 9, 0]);
  return !isBelow(version, [22, 4, 0]);
}

/** Fixes two vulnerabilities in the REST interface. */
export const firstSafeVersion: AsteriskVersion = [22, 10, 1];

/**
 * `inhibitConnectedLineUpdates` of `bridges.addChannel` exists since this release (CHANGES of 18.0.0). Older
 * releases silently ignore the parameter and reveal each party's number to the other.
 */
export const firstThatHidesNumbers: AsteriskVersion = [18, 0, 0];

/** The release used by all tests with real calls. */
export const testedVersion = "22.10.1";
