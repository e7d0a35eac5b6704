import { AriError } from "./errors.ts";

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
function hasRestOverWebSocket(version: AsteriskVersion | null): boolean {
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
const firstThatHidesNumbers: AsteriskVersion = [18, 0, 0];

/** The release used by all tests with real calls. */
const testedVersion = "22.10.1";

/** How requests to an Asterisk of this version travel. Throws an `AriError` for one that cannot be used. */
export function transportFor(version: string, wanted: "auto" | "websocket" | "http"): "websocket" | "http" {
  const parsed = parseVersion(version);
  if (parsed !== null && isBelow(parsed, firstThatHidesNumbers)) {
    const words = `Asterisk ${version} would reveal each party's number to the other: upgrade to 18.0.0 or later, preferably ${testedVersion}`;
    throw new AriError("ARI_DISCONNECTED", words);
  }
  const possible = hasRestOverWebSocket(parsed);
  if (wanted === "websocket" && parsed !== null && !possible) {
    // It would not respond at all, not even with an error.
    const words = `Asterisk ${version} does not support requests over WebSockets: set the transport to "auto" or "http"`;
    throw new AriError("ARI_DISCONNECTED", words);
  }
  if (wanted === "auto") return possible ? "websocket" : "http";
  return wanted;
}
