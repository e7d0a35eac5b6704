import { expect } from "chai";
import { BenchmarkUsageError } from "../../../bench/benchmark.ts";
import { parseOptions as callsOptions } from "../../../bench/calls/options.ts";
import { parseOptions as controllerOptions } from "../../../bench/controller.ts";
import { parseOptions as httpOptions } from "../../../bench/http.ts";
import { parseOptions as importOptions } from "../../../bench/import.ts";
import { parseOptions as liveOptions } from "../../../bench/live.ts";
import { parseOptions as pageOptions } from "../../../bench/page.ts";
import { parseOptions as lookupOptions } from "../../../bench/lookup.ts";

describe("The benchmarks' options", () => {
  it("measure all variants on both kinds of trunks at 40 calls/s by default", () => {
    const { only, trunks, rate, talkSeconds, rates } = callsOptions([]);
    expect(only).to.have.lengthOf(7).and.to.include.members(["plain", "dialplan", "dial", "connect"]);
    expect(trunks).to.deep.equal(["whole", "split"]);
    expect([rate, talkSeconds]).to.deep.equal([40, 2]);
    expect(rates).to.deep.equal([...rates].sort((one, other) => one - other));
  });

  it("keep the order of the variants, whatever the order of the arguments", () => {
    expect(callsOptions(["--only", "dial,plain"]).only).to.deep.equal(["plain", "dial"]);
  });

  it("leave the rising rates out of runs with long calls or audio, unless they are named", () => {
    expect(callsOptions(["--live", "--talk", "60"]).rates).to.deep.equal([]);
    expect(callsOptions(["--rtp", "--talk", "30"]).rates).to.deep.equal([]);
    expect(callsOptions(["--live", "--rates", "50"]).rates).to.deep.equal([50]);
  });

  it("skip the rising rates for --rates 0", () => {
    expect(callsOptions(["--rates", "0"]).rates).to.deep.equal([]);
    expect(callsOptions(["--rates", "50,70"]).rates).to.deep.equal([50, 70]);
  });

  it("shorten everything with --quick", () => {
    expect(callsOptions(["--quick"]).stepSeconds).to.be.below(callsOptions([]).stepSeconds);
    expect(controllerOptions(["--quick"]).calls).to.equal(10_000);
    expect(lookupOptions(["--quick"]).rounds).to.equal(1);
    expect(httpOptions(["--quick"])).to.deep.equal({ rounds: 1, milliseconds: 500, rows: 20_000 });
    expect(pageOptions(["--quick", "--pages", "7"])).to.deep.equal({ rows: 20_000, loads: 2, pages: 7 });
  });

  it("measure with real services, and with calls beside an import, on request", () => {
    expect(liveOptions([]).real).to.equal(false);
    expect(liveOptions(["--real"]).real).to.equal(true);
    expect(importOptions([]).beside.callsPerSecond).to.equal(20);
    expect(importOptions(["--database", "sqlite"]).beside.callsPerSecond, "no MySQL").to.equal(0);
  });

  const mistakes: readonly (readonly [what: string, parse: () => unknown])[] = [
    ["an unknown variant", () => callsOptions(["--only", "chan_sip"])],
    ["a third kind of trunks", () => callsOptions(["--trunks", "half"])],
    ["no talk", () => callsOptions(["--talk", "0"])],
    ["a rate that is no number", () => callsOptions(["--rate", "fast"])],
    ["an unknown option", () => callsOptions(["--fast"])],
    ["no calls", () => controllerOptions(["--calls", "0"])],
    ["no rows", () => pageOptions(["--rows", "0"])],
    ["a word for a number", () => httpOptions(["--rounds", "many"])],
    ["less than no calls", () => importOptions(["--calls", "-1"])],
    ["half a round", () => lookupOptions(["--rounds", "0.5"])],
  ];
  for (const [what, parse] of mistakes)
    it(`reject ${what} and say what is valid`, () => {
      expect(parse).to.throw(BenchmarkUsageError);
    });
});
