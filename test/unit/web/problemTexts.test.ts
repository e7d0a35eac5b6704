import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { en as numbersEn } from "../../../web/src/i18n/numbers.en.ts";
import { ru as numbersRu } from "../../../web/src/i18n/numbers.ru.ts";
import { en } from "../../../web/src/i18n/en.ts";
import { ru } from "../../../web/src/i18n/ru.ts";
import { en as testCallEn } from "../../../web/src/i18n/testCall.en.ts";
import { ru as testCallRu } from "../../../web/src/i18n/testCall.ru.ts";

const source = new URL("../../../src/", import.meta.url).pathname;

/** Only programs meet these, or the pages show them in a way of their own. */
const withoutText = new Set([
  "BODY_NOT_CSV",
  "CANCELLED",
  "CLIENT_GONE",
  "FILE_MISSING",
  "HOST_INVALID",
  "IDEMPOTENCY_KEY_INVALID",
  "IDEMPOTENCY_KEY_REUSED",
  "LEASE_LOST",
  "LINES_REJECTED",
  "NOT_MULTIPART",
  "NUMBER_UNKNOWN",
  "NUMBER_UNREADABLE",
  "ONLY_FOR_ASTERISK",
  "READER_FAILED",
  "SEVERAL_FILES",
  "TARGET_INVALID",
  "TEST_CALL_UNKNOWN",
  "UPGRADE_REQUIRED",
]);

function codesIn(folder: string, pattern: RegExp): readonly string[] {
  return readdirSync(join(source, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(join(source, folder, name), "utf8").matchAll(pattern)])
    .flatMap(([, code]) => code ?? []);
}

describe("The texts of problems", () => {
  const codes = [
    ...codesIn("http", /code: "([A-Z_]+)"/g),
    ...codesIn("access", /AccessError\(\s*"([A-Z_]+)"/g),
    ...codesIn("numbers", /readonly code = "([A-Z_]+)"/g),
    ...codesIn("imports/job", /readonly code = "([A-Z_]+)"/g),
  ].filter((code) => !withoutText.has(code));

  for (const [language, dictionaries] of [
    ["English", [en.problems, numbersEn.problems, testCallEn.problems]],
    ["Russian", [ru.problems, numbersRu.problems, testCallRu.problems]],
  ] as const)
    it(`exist in ${language} for every code that the pages can meet`, () => {
      const known = Object.assign({}, ...dictionaries) as Readonly<Record<string, string>>;
      expect(codes).to.include.members([
        "DATABASE_AWAY",
        "USERNAME_TAKEN",
        "POOL_CLUTTERED",
        "IMPORT_UNKNOWN",
      ]);
      expect([...new Set(codes)].filter((code) => known[code] === undefined)).to.deep.equal([]);
    });
});
