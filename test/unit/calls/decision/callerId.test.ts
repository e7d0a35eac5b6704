import { expect } from "chai";
import { isWithheld } from "../../../../src/calls/decision/callerId.ts";

describe("A withheld number", () => {
  const shown = { presentation: "allowed_not_screened", privacy: "", from: "sip" };

  it("is not one without privacy headers, or with explicit permission", () => {
    expect(isWithheld(shown)).to.equal(false);
    expect(isWithheld({ ...shown, presentation: "allowed" })).to.equal(false);
    expect(isWithheld({ ...shown, privacy: "none" })).to.equal(false);
  });

  for (const said of [
    { presentation: "prohib" },
    { presentation: "prohib_passed_screen" },
    { presentation: "unavailable" },
    // A dialplan from before this argument: nobody can know.
    { presentation: "" },
    { privacy: "id" },
    { privacy: "userid" },
    { privacy: "header" },
    { from: "sipanonymousanonymousinvalid" },
  ])
    it(`is detected in ${JSON.stringify(said)}`, () => {
      expect(isWithheld({ ...shown, ...said })).to.equal(true);
    });
});
