import { expect } from "chai";
import type { SipMessage } from "./sipp.ts";

/** What one side of a call must never learn. */
interface Secrets {
  /** The last nine digits of each are looked for, so a national spelling is found too. */
  readonly numbers: readonly string[];
  /** Names, addresses, and everything else that would tell. */
  readonly words?: readonly string[];
}

const digits = 9;
/** Separators that people and devices put into numbers. */
const squeezed = (text: string): string => text.replaceAll(/(?<=\d)[ ().-]+(?=\d)/gu, "");

/** Whether a text has one of the secrets in it. A suite has hundreds of numbers and thousands of messages. */
function finder({ numbers, words = [] }: Secrets): (line: string) => boolean {
  const ends = numbers.map((number) => number.slice(-digits));
  const full = new Set(ends.filter((end) => /^\d{9}$/u.test(end)));
  const others = [...words, ...ends.filter((end) => !full.has(end))];
  const isTold = (run: string): boolean => {
    for (let start = 0; start + digits <= run.length; start += 1)
      if (full.has(run.slice(start, start + digits))) return true;
    return false;
  };
  const tells = (text: string): boolean => (text.match(/\d{9,}/gu) ?? []).some(isTold);
  return (line) => tells(line) || tells(squeezed(line)) || others.some((word) => line.includes(word));
}

const toldTo = (messages: readonly SipMessage[]): SipMessage[] =>
  messages.filter(({ direction }) => direction === "received");

/** Every line by which Asterisk told this party one of the secrets. */
export function leaksIn(messages: readonly SipMessage[], secrets: Secrets): string[] {
  const tells = finder(secrets);
  return toldTo(messages).flatMap(({ leg, startLine, text }) => {
    if (!tells(text)) return [];
    const line = text.split("\n").find(tells) ?? text;
    return [`${leg} got "${line.trim()}" in ${startLine}`];
  });
}

/** Fails with every line by which Asterisk told this party one of the secrets. */
export const expectNoLeak = (messages: readonly SipMessage[], secrets: Secrets): void => {
  expect(toldTo(messages).length, "messages from Asterisk that could be searched").to.be.greaterThan(0);
  const leaks = leaksIn(messages, secrets);
  expect(leaks, leaks.join("\n")).to.deep.equal([]);
};
