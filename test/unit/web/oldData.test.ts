import { expect } from "chai";
import type { Counted } from "../../../web/src/i18n/counted.ts";
import { en } from "../../../web/src/i18n/en.ts";
import { fill } from "../../../web/src/i18n/fill.ts";
import { ru } from "../../../web/src/i18n/ru.ts";
import { oldDataInWords } from "../../../web/src/pages/system/oldData.ts";

const formatsOf = (language: string) => ({
  time: () => "at night",
  count: (n: number) => n.toLocaleString(language),
  counted: (forms: Counted, n: number) => {
    const rule = new Intl.PluralRules(language).select(n);
    return fill((rule === "zero" || rule === "two" ? undefined : forms[rule]) ?? forms.other, { n });
  },
});

describe("Old data on the system page", () => {
  it("appears for each kind with a setting, with what the last run has removed", () => {
    const kinds = [
      { what: "calls", days: 91, lastRunAt: "2026-11-28T03:10:00.000Z", removed: 12_501 },
      { what: "imports", days: 1, lastRunAt: null, removed: 0 },
      { what: "signInFailures", days: null, lastRunAt: null, removed: 0 },
    ] as const;
    const idle = [
      { what: "signInFailures", days: 30, lastRunAt: "2026-11-28T03:10:00.000Z", removed: 0 },
    ] as const;
    const inEnglish = (all: typeof kinds | typeof idle) =>
      oldDataInWords(all, en.system.oldData, formatsOf("en"));
    const inRussian = (all: typeof kinds | typeof idle) =>
      oldDataInWords(all, ru.system.oldData, formatsOf("ru"));
    expect(inEnglish(kinds)).to.deep.equal([
      "Call records are kept for 91 days. The last run, at night, removed 12,501.",
      "Rows and files of imports are kept for 1 day. The first run is at night, between 3:00 and 5:00.",
    ]);
    expect(inEnglish(idle)).to.deep.equal([
      "Failed sign-ins are kept for 30 days. The last run, at night, found nothing to remove.",
    ]);
    expect(inRussian(kinds)).to.deep.equal([
      "Записи о звонках хранятся 91 день. Последняя очистка at night: удалено 12\u00a0501.",
      "Строки и файлы импортов хранятся 1 день. Первая очистка будет ночью, между 3:00 и 5:00.",
    ]);
    expect(inRussian(idle)).to.deep.equal([
      "Неудачные попытки входа хранятся 30 дней. Последняя очистка at night: удалять было нечего.",
    ]);
  });
});
