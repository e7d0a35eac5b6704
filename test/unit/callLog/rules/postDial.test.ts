import { expect } from "chai";
import { postDialMsOf } from "../../../../src/callLog/rules/postDial.ts";

describe("The post-dial delay", () => {
  it("is the time from dialling to the ringing, whichever trunk rang", () => {
    expect(
      postDialMsOf([
        [0, "arrived", "lookingUp"],
        [40, "lookedUp", "dialling"],
        [900, "legLeft", "dialling"],
        [1_840, "legRang", "ringing"],
        [9_000, "legAnswered", "talking"],
      ]),
    ).to.equal(1_800);
  });

  it("ends with an answer that came without ringing", () => {
    expect(
      postDialMsOf([
        [10, "lookedUp", "dialling"],
        [510, "legAnswered", "talking"],
      ]),
    ).to.equal(500);
  });

  it("is unknown for calls that were not dialled, did not ring, or that no controller saw", () => {
    expect(postDialMsOf(null)).to.equal(null);
    expect(postDialMsOf([[0, "arrived", "lookingUp"]])).to.equal(null);
    expect(
      postDialMsOf([
        [10, "lookedUp", "dialling"],
        [510, "failed", "ended"],
      ]),
    ).to.equal(null);
  });
});
