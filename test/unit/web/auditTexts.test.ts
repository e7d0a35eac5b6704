import { expect } from "chai";
import { en } from "../../../web/src/i18n/audit.en.ts";
import { ru } from "../../../web/src/i18n/audit.ru.ts";
import { nameOf, routeRules } from "../../support/routeRules.ts";

describe("The texts of the audit log", () => {
  it("name every request whose action alone does not say what was done, in both languages", () => {
    const ofSeveralRequests = ({ audit }: (typeof routeRules)[number]): boolean =>
      audit === "upload" || audit === "change" || audit === "delete" || audit === "export";
    const audited = routeRules.filter(ofSeveralRequests).map(nameOf);
    expect(Object.keys(en.requests)).to.include.members(audited);
    expect(Object.keys(ru.requests)).to.have.members(Object.keys(en.requests));
    expect(routeRules.map(nameOf)).to.include.members(Object.keys(en.requests));
  });
});
