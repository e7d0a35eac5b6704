import { Writable } from "node:stream";
import { expect } from "chai";
import * as fc from "fast-check";
import { createLogger } from "../../../src/ops/logger.ts";
import type { LoggerOptions } from "../../../src/ops/logger.ts";
import { redactFields, redactText } from "../../../src/ops/redact.ts";
import type { Logger } from "../../../src/ops/types.ts";

function logTo(options: Partial<LoggerOptions> = {}): { logger: Logger; text: () => string } {
  const chunks: string[] = [];
  const destination = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: "debug", format: "json", destination, ...options });
  return { logger, text: () => chunks.join("") };
}

describe("the log", () => {
  it("writes one JSON object per line with time, level, message, and fields", () => {
    const { logger, text } = logTo({ fields: { node: "one" } });
    logger.child({ asterisk: "a" }).info("A call began", { callId: "1732336100.123", tookMs: 12345678 });
    logger.warn("Something\nodd");
    const lines = text().trimEnd().split("\n");
    expect(lines).to.have.length(2);
    const [first, second] = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(first).to.include({ level: "info", message: "A call began", node: "one", asterisk: "a" });
    expect(first).to.include({ callId: "1732336100.123", tookMs: 12345678 });
    expect(new Date(String(first?.["at"])).toISOString()).to.equal(first?.["at"]);
    expect(second?.["message"]).to.equal("Something\nodd");
  });

  it("keeps a field named like a built-in one", () => {
    const { logger, text } = logTo();
    logger.info("Said", { message: "inner", level: 3 });
    expect(JSON.parse(text())).to.include({ message: "Said", level: "info", message_: "inner", level_: 3 });
  });

  it("drops lines below its level and tells callers whether debug lines are written", () => {
    const { logger, text } = logTo({ level: "warn" });
    logger.debug("no");
    logger.info("no");
    logger.error("yes");
    expect(logger.debugging).to.equal(false);
    expect(logTo().logger.debugging).to.equal(true);
    expect(text().trimEnd().split("\n")).to.have.length(1);
  });

  it("is readable in pretty format, and redacted there, too", () => {
    const { logger, text } = logTo({ format: "pretty" });
    logger.warn("The lookup failed", { dialled: "79001112233", asterisk: "a" });
    expect(text()).to.match(/warn .*The lookup failed.* dialled=\[number\] asterisk=a/);
  });

  it("never writes a phone number, wherever it hides in the fields", () => {
    const { logger, text } = logTo();
    const error = new Error("Duplicate entry '79001112233' for key", {
      cause: new Error("inner 79001112233"),
    });
    Object.assign(error, { parameters: ["79001112233"], query: "… 79001112233" });
    logger.error("Failed for 79001112233", {
      error,
      callerId: "+7 900 111-22-33",
      nested: { list: ["tel:+79001112233", 79001112233, 79001112233n], "79001112233": 1 },
      map: new Map([["79001112233", "79001112233"]]),
      body: Buffer.from("79001112233"),
    });
    expect(text()).to.not.match(/9001112233|111-22-33/);
    expect(text()).to.contain("Duplicate entry '[number]'");
  });
});

describe("the redactor", () => {
  for (const number of [
    "79001112233",
    "+79001112233",
    "8 (900) 111-22-33",
    "0079001112233",
    "111-22-33",
    "7.900.111.22.33.4",
    "sip:79001112233@10.0.0.1",
    "/lookup/real/79001112233",
    "PJSIP/79001112233@trunk-out",
    "abc79001112233def",
  ]) {
    it(`masks ${number}`, () =>
      expect(redactText(`x ${number} y`).replace("10.0.0.1", "")).to.not.match(/\d{3}/));
  }

  for (const text of [
    "1732336100.123",
    "192.168.100.200:8088",
    "2026-11-23T04:40:30.123Z",
    "550e8400-e29b-41d4-a716-446655440000",
    "22.10.1",
    "took 123456 ms",
  ]) {
    it(`keeps ${text}`, () => expect(redactText(text)).to.equal(text));
  }

  it("keeps IDs, ports, and durations by field name, but not the caller ID", () => {
    expect(
      redactFields({
        callId: "asterisk-12345678.1",
        pid: 4194304,
        uptimeMs: 99999999,
        callerId: "9001112233",
      }),
    ).to.deep.equal({
      callId: "asterisk-12345678.1",
      pid: 4194304,
      uptimeMs: 99999999,
      callerId: "[number]",
    });
  });

  it("redacts secrets by field name, in URLs, and in queries", () => {
    expect(
      redactFields({
        password: "a",
        headers: { authorization: "b", Cookie: "c" },
        url: "mysql://root:hunter2@db:3306/x",
        ariUrl: "ws://h/ari/events?api_key=user:hunter2&app=x",
      }),
    ).to.deep.equal({
      password: "[secret]",
      headers: { authorization: "[secret]", Cookie: "[secret]" },
      url: "mysql://[secret]@db:3306/x",
      ariUrl: "ws://h/ari/events?api_key=[secret]&app=x",
    });
  });

  it("handles circular references, and never throws", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(redactFields(loop))).to.contain("[too deep]");
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
        expect(JSON.stringify(redactFields(fields))).to.be.a("string");
      }),
    );
  });

  it("redacts E.164 numbers in any context", () => {
    const number = fc.stringMatching(/^[2-9]\d{9,14}$/);
    fc.assert(
      fc.property(fc.string(), number, fc.string(), (before, digits, after) => {
        expect(redactText(`${before}+${digits}${after}`)).to.not.contain(digits);
      }),
    );
  });
});
