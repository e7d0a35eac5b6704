import { expect } from "chai";
import type { SipMessage } from "./sipp.ts";

/** What one side of a call must never learn. */
interface Secrets {
  /** Digits of the number; its last nine are looked for, so a national spelling is found too. null: none. */
  readonly number: string | null;
  /** Names, addresses and whatever else would tell. */
  readonly words?: readonly string[];
}

/** Separators that people and devices put into numbers. */
const squeezed = (text: string): string => text.replaceAll(/(?<=\d)[ ().-]+(?=\d)/gu, "");

const findLeak = (message: SipMessage, { number, words = [] }: Secrets): string | null => {
  const end = number === null ? null : number.slice(-9);
  for (const line of message.text.split("\n")) {
    if (end !== null && (line.includes(end) || squeezed(line).includes(end))) return line.trim();
    if (words.some((word) => line.includes(word))) return line.trim();
  }
  return null;
};

const toldTo = (messages: readonly SipMessage[]): SipMessage[] =>
  messages.filter(({ direction }) => direction === "received");

/** Every line by which Asterisk told this party one of the other's secrets. */
export const leaksIn = (messages: readonly SipMessage[], secrets: Secrets): string[] =>
  toldTo(messages).flatMap((message) => {
    const line = findLeak(message, secrets);
    return line === null ? [] : [`${message.leg} got "${line}" in ${message.startLine}`];
  });

/** Fails with every line by which Asterisk told this party one of the other's secrets. */
export const expectNoLeak = (messages: readonly SipMessage[], secrets: Secrets): void => {
  expect(toldTo(messages).length, "messages from Asterisk that could be searched").to.be.greaterThan(0);
  const leaks = leaksIn(messages, secrets);
  expect(leaks, leaks.join("\n")).to.deep.equal([]);
};
