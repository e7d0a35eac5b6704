import { expect } from "chai";
import { maxLabelCharacters } from "../../../../src/imports/texts/codes.ts";
import { importText } from "../../../../src/imports/texts/importText.ts";
import type { ImportCode } from "../../../../src/imports/texts/codes.ts";
import { importTextsEn } from "../../../../src/imports/texts/en.ts";
import { importTextsRu } from "../../../../src/imports/texts/ru.ts";

describe("The error texts of imports", () => {
  const codes = Object.keys(importTextsEn) as ImportCode[];

  it("exist in both languages for every code", () => {
    expect(Object.keys(importTextsRu).sort()).to.deep.equal(codes.toSorted());
    for (const code of codes) {
      expect(importText(code, "en")).to.equal(importTextsEn[code]);
      expect(importText(code, "ru")).to.equal(importTextsRu[code]);
    }
  });

  it("are complete sentences that say what happened and what to do", () => {
    for (const code of codes) {
      const english = importText(code, "en");
      const russian = importText(code, "ru");
      for (const text of [english.message, english.remedy]) expect(text, code).to.match(/^[A-Z].*\.$/s);
      for (const text of [russian.message, russian.remedy]) expect(text, code).to.match(/^[А-ЯЁ].*\.$/s);
    }
  });

  it("contain the actual limits", () => {
    expect(importText("LABEL_TOO_LONG", "en").message).to.include(String(maxLabelCharacters));
    expect(importText("LABEL_TOO_LONG", "ru").message).to.include(String(maxLabelCharacters));
  });
});
