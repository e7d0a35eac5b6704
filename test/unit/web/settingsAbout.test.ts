import { expect } from "chai";
import { environmentSchema } from "../../../config/schema.ts";
import { settingsAbout } from "../../../web/src/i18n/settingsAbout.ru.ts";

describe("The Russian descriptions of the settings", () => {
  it("are complete, in the order of the settings", () => {
    expect(Object.keys(settingsAbout)).to.deep.equal(Object.keys(environmentSchema.shape));
  });
});
