import { expect } from "chai";
import * as fc from "fast-check";
import {
  carriedLine,
  endedLine,
  kindOf,
  openCallOf,
  openedLine,
  recordOf,
} from "../../../../src/callLog/spool/line.ts";
import { callRecord, openCall } from "../../../support/callRecords.ts";

const bytesOf = (line: string): Buffer => Buffer.from(line.slice(0, -1));

describe("A spool line", () => {
  it("returns its content unchanged, in any script", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (inboundTrunk, callId) => {
        const record = callRecord(callId, { inboundTrunk });
        const ended = bytesOf(endedLine(record));
        expect(kindOf(ended)).to.equal("ended");
        expect(recordOf(ended)).to.deep.equal(record);
        const call = openCall(callId, { inboundTrunk });
        const opened = bytesOf(openedLine(call));
        expect(kindOf(opened)).to.equal("opened");
        expect(openCallOf(opened)).to.deep.equal(call);
      }),
    );
    expect(kindOf(bytesOf(carriedLine))).to.equal("carried");
  });

  it("is a single line, whatever its content", () => {
    const line = endedLine(callRecord("1.1", { callerId: "a\nb\r\u2028" }));
    expect(line.indexOf("\n")).to.equal(line.length - 1);
  });

  it("is recognized as damaged if any byte changes", () => {
    const line = bytesOf(endedLine(callRecord("1732336100.123")));
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(line);
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at);
        expect(kindOf(damaged)).to.equal(null);
      }),
      { numRuns: 1000 },
    );
  });

  it("is recognized as damaged if truncated, empty, or something else", () => {
    const line = bytesOf(openedLine(openCall("1.1")));
    for (let length = 0; length < line.length; length += 1) {
      expect(kindOf(line.subarray(0, length)), `${length} bytes`).to.equal(null);
    }
    expect(kindOf(Buffer.alloc(100))).to.equal(null);
    expect(kindOf(Buffer.from("callId,proxyNumber"))).to.equal(null);
  });
});
