import { expect } from "chai";
import { type Callees, FOREIGN_NUMBER, type SipMessage } from "./sipp.ts";
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
  /** Numbers that the callee may see; `all` where the policy shows him who calls. */
  readonly shown: readonly string[] | "all";
}

/**
 * Collects every call of a suite, and looks through every SIP message that either side got, whatever the test was
 * about.
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
   * Fails with every line that told one side of the other. Calls are looked at each time: SIPp may write down the
   * last messages of one after its test is over.
   */
  expectMasked(callees: Callees): void {
    const leaks = this.#calls.flatMap((call) => [...this.#toCaller(call), ...this.#toCallee(call, callees)]);
    expect(leaks, leaks.join("\n")).to.deep.equal([]);
    const strays = callees.messages().filter(({ startLine }) => startLine.includes(FOREIGN_NUMBER));
    expect(strays, "calls to where somebody redirected or transferred").to.deep.equal([]);
  }

  #toCaller({ to, from, host, messages }: WatchedCall): string[] {
    const real = this.#reached.get(to.replace("+", ""))?.real ?? null;
    const words = [this.#hosts.callee].filter((word) => word !== host);
    // Who dials the proxy number of his own number is told no secret.
    return leaksIn(messages(), { number: real === from ? null : real, words });
  }

  #toCallee({ to, from, callerName }: WatchedCall, callees: Callees): string[] {
    const reached = this.#reached.get(to.replace("+", ""));
    if (reached === undefined) return [];
    const mayBeSeen =
      reached.shown === "all" || [to, reached.real, ...reached.shown].includes(from.replace("+", ""));
    return leaksIn(callees.messagesOf(reached.real), {
      // What is no number cannot be told from other words.
      number: mayBeSeen || !/\d{7}/u.test(from) ? null : from,
      words: [this.#hosts.caller, ...(/^[\w ]{6,}$/u.test(callerName) && !mayBeSeen ? [callerName] : [])],
    });
  }
}
