import { expect } from "chai";
import { calledNumber, callIdOf, type Callees, FOREIGN_NUMBER, type SipMessage } from "./sipp.ts";
import { leaksIn } from "./sippLeaks.ts";

interface WatchedCall {
  readonly to: string;
  readonly from: string;
  readonly callerName: string;
  /** Where it came from, if not from the inbound provider. */
  readonly host?: string | undefined;
  readonly messages: () => readonly SipMessage[];
}

interface Reached {
  readonly real: string;
  /** Numbers that the callee may see; `all` where the policy shows the caller. */
  readonly shown: readonly string[] | "all";
}

const withoutPlus = (number: string): string => number.replace("+", "");

/**
 * Collects every call of a suite, and searches every SIP message that Asterisk sent to either side, whatever the test was
 * about. No party may be told another one's real number, the other provider's address, or the caller's name.
 */
export class MaskingWatch {
  readonly #hosts: { readonly caller: string; readonly callee: string };
  readonly #reached = new Map<string, Reached>();
  readonly #calls: WatchedCall[] = [];

  /** Addresses of the two providers: each side's is a secret to the other. */
  constructor(hosts: { readonly caller: string; readonly callee: string }) {
    this.#hosts = hosts;
  }

  reaches(proxy: string, real: string, shown: Reached["shown"] = []): void {
    this.#reached.set(proxy, { real, shown });
  }

  watch(call: WatchedCall): void {
    this.#calls.push(call);
  }

  /**
   * Fails with every line that told a party a secret. Calls are searched each time: SIPp may write down the last messages
   * of one after its test is over.
   */
  expectMasked(callees: Callees): void {
    const legs = messagesByNumber(callees.messages());
    const real = this.#realNumbers(legs.keys());
    const leaks = [
      ...this.#calls.flatMap((call) => [...this.#toCaller(call, real), ...this.#toCallee(call, legs)]),
      ...[...legs].flatMap(([number, messages]) => this.#toParty(number, messages, real)),
    ];
    expect(leaks, leaks.join("\n")).to.deep.equal([]);
    const strays = callees.messages().filter(({ startLine }) => startLine.includes(FOREIGN_NUMBER));
    expect(strays, "calls to the target of a redirection or transfer").to.deep.equal([]);
  }

  /** Whatever was mapped or rang. A proxy number may be mapped to another one, and is still no secret. */
  #realNumbers(rang: Iterable<string>): ReadonlySet<string> {
    const real = new Set([...rang, ...[...this.#reached.values()].map((reached) => reached.real)]);
    for (const proxy of this.#reached.keys()) real.delete(proxy);
    return real;
  }

  /** A return call rings at a number that is not mapped to the dialled one, so all are searched for. */
  #toCaller({ from, host, messages }: WatchedCall, real: ReadonlySet<string>): string[] {
    const words = [this.#hosts.callee].filter((word) => word !== host);
    return leaksIn(messages(), { numbers: without(real, from), words });
  }

  /** What the callee's phone was told of other people's real numbers. */
  #toParty(number: string, messages: readonly SipMessage[], real: ReadonlySet<string>): string[] {
    const showsCallers = [...this.#reached.values()].some(
      (reached) => reached.real === number && reached.shown === "all",
    );
    return showsCallers ? [] : leaksIn(messages, { numbers: without(real, number) });
  }

  /** What the callee's phone was told of the caller, who may be a stranger. */
  #toCallee(
    { to, from, callerName }: WatchedCall,
    legs: ReadonlyMap<string, readonly SipMessage[]>,
  ): string[] {
    const reached = this.#reached.get(withoutPlus(to));
    if (reached === undefined) return [];
    const mayBeSeen =
      reached.shown === "all" || [to, reached.real, ...reached.shown].includes(withoutPlus(from));
    return leaksIn(legs.get(reached.real) ?? [], {
      // A text that is not a number cannot be distinguished from other words.
      numbers: mayBeSeen || !/\d{7}/u.test(from) ? [] : [from],
      words: [this.#hosts.caller, ...(/^[\w ]{6,}$/u.test(callerName) && !mayBeSeen ? [callerName] : [])],
    });
  }
}

const without = (numbers: ReadonlySet<string>, own: string): string[] =>
  [...numbers].filter((number) => number !== withoutPlus(own));

/** The messages of each callee, by the number that rang. */
function messagesByNumber(messages: readonly SipMessage[]): ReadonlyMap<string, readonly SipMessage[]> {
  const rang = new Map<string, string>();
  const legs = new Map<string, SipMessage[]>();
  for (const message of messages) {
    const number = message.direction === "received" ? calledNumber(message) : null;
    if (number !== null) {
      rang.set(callIdOf(message), withoutPlus(number));
      if (!legs.has(withoutPlus(number))) legs.set(withoutPlus(number), []);
    }
    legs.get(rang.get(callIdOf(message)) ?? "")?.push(message);
  }
  return legs;
}
