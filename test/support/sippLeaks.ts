import { expect } from "chai";
import type { SipMessage } from "./sipp.ts";

/** What one side of a call must never learn. */
export interface Secrets {
  /** Digits of the number; its last nine are looked for, so a national spelling is found too. */
  readonly number: string;
  /** Names, addresses and whatever else would tell. */
  readonly words?: readonly string[];
}

/** Separators that people and devices put into numbers. */
const squeezed = (text: string): string => text.replaceAll(/(?<=\d)[ ().-]+(?=\d)/gu, "");

const findLeak = (message: SipMessage, { number, words = [] }: Secrets): string | null => {
  const end = number.slice(-9);
  for (const line of message.text.split("\n")) {
    if (line.includes(end) || squeezed(line).includes(end)) return line.trim();
    if (words.some((word) => line.includes(word))) return line.trim();
  }
  return null;
};

/** Fails with every line by which Asterisk told this party one of the other's secrets. */
export const expectNoLeak = (messages: readonly SipMessage[], secrets: Secrets): void => {
  const told = messages.filter(({ direction }) => direction === "received");
  expect(told.length, "messages from Asterisk that could be searched").to.be.greaterThan(0);
  const leaks = told.flatMap((message) => {
    const line = findLeak(message, secrets);
    return line === null ? [] : [`${message.leg} got "${line}" in ${message.startLine}`];
  });
  expect(leaks, leaks.join("\n")).to.deep.equal([]);
};
