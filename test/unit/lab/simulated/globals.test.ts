import { readFileSync } from "node:fs";
import { expect } from "chai";
import { defaultGlobals } from "../../../../lab/simulated/dialplan/globals.ts";

describe("The simulated dialplan's settings", () => {
  it("are those of asterisk/extensions.conf, except that its trunk is not split", () => {
    const [, section = ""] =
      /^\[globals\]\n(.*?)^\[/msu.exec(readFileSync("asterisk/extensions.conf", "utf8")) ?? [];
    const shipped = new Map(
      [...section.matchAll(/^(\w+) = ?(.*)$/gmu)].map(([, name = "", value = ""]) => [name, value]),
    );
    const { TRUNK_1_WAYS: ways, ...same } = defaultGlobals;
    expect(ways).to.equal("0");
    for (const [name, value] of Object.entries(same)) expect(shipped.get(name), name).to.equal(value);
  });
});
