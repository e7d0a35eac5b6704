import { expect } from "chai";
import { en } from "../../../web/src/i18n/en.ts";
import { ru } from "../../../web/src/i18n/ru.ts";
import { oldDataInWords } from "../../../web/src/pages/system/oldData.ts";

describe("Old data on the system page", () => {
  it("appears for each kind with a setting, with what the last run has removed", () => {
    const kinds = [
      { what: "calls", days: 90, lastRunAt: "2026-11-28T03:10:00.000Z", removed: 501 },
      { what: "imports", days: 30, lastRunAt: null, removed: 0 },
      { what: "signInFailures", days: null, lastRunAt: null, removed: 0 },
    ] as const;
    const atNight = (): string => "at night";
    expect(oldDataInWords(kinds, en.system.oldData, atNight)).to.deep.equal([
      "Call records: kept for 90 days. The last run, at night, removed 501.",
      "Rows and files of imports: kept for 30 days. Nothing removed yet.",
    ]);
    expect(oldDataInWords(kinds, ru.system.oldData, atNight)[1]).to.equal(
      "Строки и файлы импортов: срок хранения в днях — 30. Пока ничего не удалено.",
    );
  });
});
