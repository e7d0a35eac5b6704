import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignsOfLife } from "../../../src/calls/signsOfLife.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

describe("The signs of life of an Asterisk", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-signs-"));
    file = join(folder, "last-seen.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are those of the run in which a call began, however often it has been started since", () => {
    const signs = new SignsOfLife(file);
    signs.found("a", 1_000_000, 1_050_000);
    signs.lost("a", 1_060_000);
    signs.found("a", 1_100_000, 1_110_000);
    signs.lost("a", 1_120_000);
    signs.found("a", 1_200_000, 1_210_000);
    expect(signs.lastOf("a", 1_055_000)).to.equal(1_060_000);
    expect(signs.lastOf("a", 1_105_000)).to.equal(1_120_000);
    expect(signs.lastOf("a", 1_205_000)).to.equal(1_210_000);
    expect(signs.lastOf("a", 900_000)).to.equal(null);
    expect(signs.lastOf("b", 1_055_000)).to.equal(null);
  });

  it("belong to the same run if its start is computed a little differently", () => {
    const signs = new SignsOfLife(file);
    signs.found("a", 1_000_000, 1_050_000);
    signs.lost("a", 1_060_000);
    signs.found("a", 1_000_900, 1_070_000);
    expect(signs.lastOf("a", 1_000_500)).to.equal(1_070_000);
  });

  it("are known to the next process, up to a second before the end of this one", async () => {
    const signs = new SignsOfLife(file);
    signs.found("a", 1_000_000, 1_050_000);
    const stop = signs.keep(systemClock, silentLogger, () => 1_090_000);
    await until(() => new SignsOfLife(file).lastOf("a", 1_000_500) === 1_090_000);
    stop();
  });

  it("are unknown if the file is damaged", () => {
    writeFileSync(file, '{"a": [{"startedAtMs": 1}], "b": 7');
    expect(new SignsOfLife(file).lastOf("a", 2)).to.equal(null);
    writeFileSync(file, '{"a": [{"startedAtMs": 1}, {"startedAtMs": 5, "heardAtMs": 9}], "b": 7}');
    expect(new SignsOfLife(file).lastOf("a", 6)).to.equal(9);
    expect(new SignsOfLife(file).lastOf("a", 2)).to.equal(null);
  });
});
