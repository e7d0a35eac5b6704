import { expect } from "chai";
import { BenchmarkUsageError } from "../../../bench/benchmark.ts";
import { parseOptions as callsOptions } from "../../../bench/calls.ts";
import { parseOptions as controllerOptions } from "../../../bench/controller.ts";
import { parseOptions as httpOptions } from "../../../bench/http.ts";
import { parseOptions as importOptions } from "../../../bench/import.ts";
import { parseOptions as liveOptions } from "../../../bench/live.ts";
import { parseOptions as pageOptions } from "../../../bench/page.ts";
import { parseOptions as lookupOptions } from "../../../bench/lookup.ts";

describe("The benchmarks' options", () => {
  it("measure all four ways at 60 calls/s by default", () => {
    const { only, rate, rates } = callsOptions([]);
    expect(only).to.deep.equal(["plain", "dialplan", "ariClient", "phoneProxy"]);
    expect(rate).to.equal(60);
    expect(rates.at(0)).to.equal(40);
    expect(rates).to.deep.equal([...rates].sort((one, other) => one - other));
  });

  it("keep the order of the ways, whatever the order of the arguments", () => {
    expect(callsOptions(["--only", "phoneProxy,plain"]).only).to.deep.equal(["plain", "phoneProxy"]);
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
    ["an unknown way", () => callsOptions(["--only", "chan_sip"])],
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
