import { expect } from "chai";
import { MaskingWatch } from "../../support/maskingWatch.ts";
import type { Callees, SipMessage } from "../../support/sipp.ts";

const boris = { real: "79000001001", proxy: "74950000001" };
const client = "79000002001";

const message = (leg: SipMessage["leg"], startLine: string, callId: string, line: string): SipMessage => ({
  leg,
  direction: "received",
  atMs: 0,
  startLine,
  headers: [{ name: "Call-ID", value: callId }],
  body: "",
  text: `${startLine}\nCall-ID: ${callId}\n${line}\n`,
});
const invite = (to: string, line: string): SipMessage =>
  message("callee", `INVITE sip:${to}@127.0.0.3 SIP/2.0`, `to-${to}`, line);
const ok = (line: string): SipMessage => message("caller", "SIP/2.0 200 OK", "from-caller", line);

/** A call to Boris's proxy number, as both sides saw it. */
const watched = (
  from: string,
  rang: SipMessage,
  answer: SipMessage,
  shown: readonly string[] | "all" = [],
): (() => void) => {
  const watch = new MaskingWatch({ caller: "127.0.0.2", callee: "127.0.0.9" });
  watch.reaches(boris.proxy, boris.real, shown);
  watch.watch({ to: boris.proxy, from, callerName: "x", messages: () => [answer] });
  return () => watch.expectMasked({ messages: () => [rang] } as unknown as Callees);
};

describe("The watch over the messages of all calls", () => {
  const shows = (number: string): string => `From: <sip:${number}@127.0.0.3>`;

  it("accepts proxy numbers on both sides, and each party's own number", () => {
    watched(client, invite(boris.real, shows(boris.proxy)), ok(`To: <sip:${boris.proxy}@127.0.0.3>`))();
    watched(boris.real, invite(client, shows(boris.proxy)), ok(shows(boris.real)))();
  });

  it("finds either party's number in an ordinary call", () => {
    expect(watched(client, invite(boris.real, shows(client)), ok(""))).to.throw(/callee got/u);
    expect(watched(client, invite(boris.real, ""), ok(shows(boris.real)))).to.throw(/caller got/u);
  });

  it("finds either party's number in a return call, which rings at a number that nothing is mapped to", () => {
    expect(watched(boris.real, invite(client, shows(boris.real)), ok(""))).to.throw(/callee got/u);
    expect(watched(boris.real, invite(client, ""), ok(shows(client)))).to.throw(/caller got/u);
  });

  it("accepts the caller's number where the policy shows it, and nothing of the callee's", () => {
    watched(client, invite(boris.real, shows(client)), ok(""), "all")();
    expect(watched(client, invite(boris.real, ""), ok(shows(boris.real)), "all")).to.throw(/caller got/u);
  });
});
