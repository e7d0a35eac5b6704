import { expect } from "chai";
import { readCall } from "../../../src/legacy/readCall.ts";
import type { LegacyCall } from "../../../src/legacy/readCall.ts";
import { dialStatuses } from "../../../src/values/asteriskCall.ts";
import { callStatuses } from "../../../src/values/callRecord.ts";

const reading = {
  name: "old",
  numbers: { defaultCountry: "RU" },
  timeZone: "UTC",
  callTime: "start" as const,
  statuses: new Map([["abandoned", "cancelled" as const]]),
};

const row: LegacyCall = {
  id: 7,
  fakePhone: "84951112233",
  realPhone: "+79161234567",
  callerId: '"Ivan" <8 903 123-45-67>',
  callTimestamp: "2025-03-01 18:30:00",
  callDuration: "65",
  callStatus: "ANSWERED",
};

function read(more: Partial<LegacyCall>, how: Partial<Parameters<typeof readCall>[1]> = {}) {
  const result = readCall({ ...row, ...more }, { ...reading, ...how });
  return result.ok ? result.record : result.code;
}

describe("A call of another system", () => {
  const startedAtMs = Date.UTC(2025, 2, 1, 18, 30);

  it("is recorded with its talk time, in our notation of numbers", () => {
    expect(read({})).to.deep.include({
      callId: "legacy-old-7",
      proxyNumber: "74951112233",
      realNumber: "79161234567",
      callerId: "79031234567",
      startedAtMs,
      endedAtMs: startedAtMs + 65_000,
      talkSeconds: 65,
      status: "answered",
    });
  });

  it("began earlier, if its time is that of the end", () => {
    expect(read({}, { callTime: "end" })).to.include({
      startedAtMs: startedAtMs - 65_000,
      endedAtMs: startedAtMs,
    });
    expect(read({}, { timeZone: "Europe/Moscow" })).to.include({ startedAtMs: startedAtMs - 3 * 3_600_000 });
  });

  it("has no talk time unless it was answered", () => {
    expect(read({ callStatus: "NOANSWER" })).to.include({ status: "no_answer", talkSeconds: 0 });
    expect(read({ callStatus: "busy", callDuration: null })).to.include({ status: "busy", talkSeconds: 0 });
    expect(read({ callDuration: null })).to.equal("CALL_DURATION_UNREADABLE");
    for (const callDuration of ["-5", "1:05", "1e9", "12.5"])
      expect(read({ callDuration }), callDuration).to.equal("CALL_DURATION_UNREADABLE");
  });

  it("has a status that is known, or was told", () => {
    const statuses: Readonly<Record<string, string>> = {
      ANSWER: "answered",
      BUSY: "busy",
      NOANSWER: "no_answer",
      "NO ANSWER": "no_answer",
      CANCEL: "cancelled",
      CONGESTION: "congestion",
      CHANUNAVAIL: "congestion",
      DONTCALL: "rejected",
      INVALIDARGS: "failed",
      FAILED: "failed",
      Abandoned: "cancelled",
      ...Object.fromEntries(callStatuses.map((status) => [status, status])),
    };
    for (const [callStatus, status] of Object.entries(statuses))
      expect(read({ callStatus }), callStatus).to.include({ status });
    for (const dialStatus of dialStatuses.filter((one) => one !== "TORTURE"))
      expect(statuses, dialStatus).to.have.property(dialStatus);
    for (const callStatus of ["", null, "completed", "ok", "1", "TORTURE", "constructor"])
      expect(read({ callStatus }), String(callStatus)).to.equal("CALL_STATUS_UNKNOWN");
  });

  it("keeps digits that are not a whole number, and withholds a caller without digits", () => {
    expect(read({ fakePhone: "1002", realPhone: null })).to.include({
      proxyNumber: "1002",
      realNumber: null,
    });
    expect(read({ fakePhone: "s" })).to.equal("CALL_NUMBER_UNREADABLE");
    expect(read({ fakePhone: "" })).to.equal("CALL_NUMBER_UNREADABLE");
    expect(read({ realPhone: "Ivan" })).to.equal("CALL_NUMBER_UNREADABLE");
    for (const callerId of ["anonymous", "Anonymous <anonymous>", "", null])
      expect(read({ callerId }), String(callerId)).to.include({ callerId: "" });
    expect(read({ callerId: "1002" })).to.include({ callerId: "1002" });
  });

  it("needs a time", () => {
    for (const callTimestamp of [
      null,
      "",
      "0000-00-00 00:00:00",
      "2025-02-31 10:00:00",
      "yesterday",
      "1735689600",
    ])
      expect(read({ callTimestamp }), String(callTimestamp)).to.equal("CALL_TIME_UNREADABLE");
    expect(read({ callTimestamp: "2025-03-01T21:30:00+03:00" })).to.include({ startedAtMs });
    expect(read({ callTimestamp: "2025-03-01 18:30:00.250000" })).to.include({
      startedAtMs: startedAtMs + 250,
    });
  });
});
