import { expect } from "chai";
import type { LiveCall } from "../../../src/live/browserMessages.ts";
import { matching } from "../../../web/src/pages/board/boardSearch.ts";

const notation = { countryCode: "7", nationalPrefixes: ["8"], internationalPrefixes: ["810", "00"] };

function call(callId: string, more: Partial<LiveCall>): LiveCall {
  return {
    callId,
    state: "talking",
    caller: null,
    proxy: "74951000000",
    real: null,
    inboundTrunk: "Beeline",
    outboundTrunk: null,
    node: "one",
    asterisk: "pbx",
    startedAtMs: 0,
    answeredAtMs: null,
    endedAtMs: null,
    outcome: null,
    ...more,
  };
}

const calls = [
  call("real", { real: "79001112233", proxy: "74951000001" }),
  call("caller", { caller: "89165554433", outboundTrunk: "MTS-2" }),
  call("masked", { caller: "+7 903 ••• 55 66", real: "+44 20 •••• 7788" }),
];
const owners = new Map([
  ["74951000001", { label: "Анна Петрова (курьёр)", reference: "Заказ-77" }],
  ["74951000000", { label: null, reference: null }],
]);
const found = (search: string): string[] =>
  matching(calls, search, notation, ({ proxy }) => owners.get(proxy) ?? null).map(({ callId }) => callId);

describe("The search of the live board", () => {
  it("finds any digits of a number in any notation, whatever notation the trunk sent", () => {
    for (const text of [
      "+7 900 111-22-33",
      "8 (900) 111",
      "007 900",
      "111-22",
      "79001112233",
      "９００１１１",
    ])
      expect(found(text), text).to.deep.equal(["real"]);
    for (const text of ["+7 916", "8 916 555", "9165554433", "810 7916"])
      expect(found(text), text).to.deep.equal(["caller"]);
    expect(found("8 495 100")).to.deep.equal(["real", "caller", "masked"]);
  });

  it("finds what a mask shows, and no digits across its gap", () => {
    for (const text of ["8 903", "55 66", "7788"]) expect(found(text), text).to.deep.equal(["masked"]);
    expect(found("90355")).to.deep.equal([]);
  });

  it("finds the client's label and reference, trunks, and instances anywhere in their text", () => {
    for (const text of ["петрова", " анна  ПЕТ", "курьер", "заказ-7", "77"])
      expect(found(text), text).to.include("real");
    expect(found("заказ")).to.deep.equal(["real"]);
    expect(found("mts")).to.deep.equal(["caller"]);
    expect(found("beel")).to.have.length(3);
    expect(found("ONE")).to.have.length(3);
    expect(found("nothing")).to.deep.equal([]);
    expect(found("  ")).to.have.length(3);
  });
});
