import { expect } from "chai";
import {
  callIdOf,
  headerValues,
  mediaOf,
  methodOf,
  parseTrace,
  type SipMessage,
  statusOf,
} from "../../../lab/sipp/trace.ts";
import { judge } from "../../../lab/sipp/sipp.ts";
import { expectNoLeak } from "../../support/sippLeaks.ts";

const written = (direction: "sent" | "received", message: string): string => {
  const text = message.replaceAll("\n", "\r\n");
  return [
    `----------------------------------------------- 2026-11-23T05:08:45.250443Z`,
    `UDP message ${direction} [${Buffer.byteLength(text)}] bytes:`,
    "",
    text,
    "",
  ].join("\n");
};

const INVITE = `INVITE sip:79001112233@127.0.0.2:15080 SIP/2.0
f: "Ян" <sip:74957000001@127.0.0.1>;tag=1
To: <sip:79001112233@127.0.0.2>
Call-ID: one
CSeq: 7 INVITE
Subject: folded
  over two lines
Content-Type: application/sdp

v=0
c=IN IP4 127.0.0.1
m=audio 20010 RTP/AVP 8
`;
const BUSY = "SIP/2.0 486 Busy Here\nCall-ID: one\nCSeq: 7 INVITE\n\n";

const read = (text: string): SipMessage[] => parseTrace(Buffer.from(text), "callee").messages;
const only = (text: string): SipMessage => {
  const [message] = read(text);
  if (message === undefined) throw new Error("No message.");
  return message;
};

describe("A SIPp trace", () => {
  it("is parsed message by message, with headers and body", () => {
    const [invite, busy, ...rest] = read(written("received", INVITE) + written("sent", BUSY));
    if (invite === undefined || busy === undefined) throw new Error("Messages are missing.");
    expect(rest).to.deep.equal([]);
    expect(invite).to.include({
      leg: "callee",
      direction: "received",
      atMs: Date.UTC(2026, 10, 23, 5, 8, 45, 250),
    });
    expect(headerValues(invite, "From")[0]).to.equal('"Ян" <sip:74957000001@127.0.0.1>;tag=1');
    expect(headerValues(invite, "subject")).to.deep.equal(["folded over two lines"]);
    expect(mediaOf(invite)).to.deep.equal({ host: "127.0.0.1", port: 20_010 });
    expect([methodOf(invite), statusOf(invite), callIdOf(invite)]).to.deep.equal(["INVITE", null, "one"]);
    expect([methodOf(busy), statusOf(busy), callIdOf(busy)]).to.deep.equal(["INVITE", 486, "one"]);
    expect(mediaOf(busy)).to.equal(null);
  });

  it("leaves a message that is still being written for the next read", () => {
    const whole = written("received", INVITE);
    const trace = Buffer.from(whole + written("sent", BUSY));
    for (let length = 0; length < trace.length; length += 7) {
      const { messages, consumed } = parseTrace(trace.subarray(0, length), "callee");
      const again = parseTrace(trace.subarray(consumed), "callee");
      expect(messages.length + again.messages.length).to.equal(2);
    }
  });

  for (const [when, words] of [
    ["arrived after SIPp had ended the call", "Dead call one received a UDP message"],
    ["the scenario does not expect", "Unexpected UDP message received"],
    ["arrived too late", "Ignoring late provisional UDP message"],
  ] as const)
    it(`contains messages that ${when}`, () => {
      const bye =
        "BYE sip:79001112233@127.0.0.2 SIP/2.0\nCall-ID: one\nCSeq: 8 BYE\nContent-Length: 4\n\nlate".replaceAll(
          "\n",
          "\r\n",
        );
      const late = `${"-".repeat(47)}\n${words}:\n\n${bye}\n`;
      const trace = Buffer.from(written("received", INVITE) + late + written("sent", BUSY));
      const messages = read(trace.toString());
      expect(messages.map(methodOf)).to.deep.equal(["INVITE", "BYE", "INVITE"]);
      expect(messages[1]).to.include({ direction: "received", text: bye, atMs: messages[0]?.atMs });
      for (let length = 0; length < trace.length; length += 7) {
        const { messages: first, consumed } = parseTrace(trace.subarray(0, length), "callee");
        const again = parseTrace(trace.subarray(consumed), "callee");
        expect(first.length + again.messages.length).to.equal(3);
      }
    });

  it("is not read past unknown content, which could hide a message", () => {
    expect(() => read(`${"?".repeat(300)}\n${written("sent", BUSY)}`)).to.throw(/No SIPp message at byte 0/u);
  });

  it("contains the outcome of the call", () => {
    const messages = read(
      written("sent", INVITE) +
        written("received", BUSY.replace("486 Busy Here", "183 Session Progress")) +
        written("received", BUSY),
    );
    expect(judge(messages)).to.include({ finalCode: 486, answered: false, hungUpBy: null, talkMs: 0 });
    expect(judge(messages).provisionalCodes).to.deep.equal([183]);
    expect(judge([]).finalCode).to.equal(null);
    const earlier = written("received", BUSY.replace("486", "480").replace("one", "another"));
    const stray = read(earlier + written("sent", INVITE) + earlier + written("received", BUSY));
    expect(judge(stray)).to.include({ finalCode: 486 });
    expect(judge(stray).provisionalCodes).to.deep.equal([]);
  });
});

describe("The search for leaks", () => {
  const secrets = { numbers: ["79161234567", "79000000006"], words: ["Petrov"] };
  const carrying = (line: string): SipMessage =>
    only(written("received", `INVITE sip:1@a SIP/2.0\n${line}\n\n`));

  for (const line of [
    "P-Asserted-Identity: <sip:+79161234567@127.0.0.3>",
    "Contact: <sip:89161234567@127.0.0.3>",
    "X-Note: 7 (916) 123-45-67",
    "Diversion: <sip:9000000006@127.0.0.3>",
    'From: "Petrov" <sip:anonymous@anonymous.invalid>',
  ])
    it(`finds ${line}`, () => {
      expect(() => expectNoLeak([carrying(line)], secrets)).to.throw(/callee got/u);
    });

  it("ignores everything that is not secret, and SIPp's own messages", () => {
    const own = only(written("sent", "INVITE sip:79161234567@a SIP/2.0\nCall-ID: 1\n\n"));
    expectNoLeak([carrying("From: <sip:74957000001@127.0.0.1>"), own], secrets);
  });

  it("fails if there was nothing to search", () => {
    expect(() => expectNoLeak([], secrets)).to.throw(/could be searched/u);
  });
});
