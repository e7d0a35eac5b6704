import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "../corpus/textFiles.ts";
import { sheetRow, workbook } from "../corpus/workbooks.ts";
import { importsOf, type ImportRequests } from "../support/imports.ts";
import { RealSystem } from "../support/realCalls.ts";
import { realNumberOf } from "../support/sipp.ts";

const prefix = "749553";
const poolName = `Calls ${prefix} imported`;

/** `+7 (900) 123-40-01`. */
const plus = (digits: string): string =>
  `+7 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7, 9)}-${digits.slice(9)}`;
const eight = (digits: string): string => `8${digits.slice(1)}`;
const wide = (digits: string): string =>
  `+${Array.from(digits, (digit) => String.fromCodePoint(0xff10 + Number(digit))).join("")}`;

interface Way {
  readonly name: string;
  readonly fileName: string;
  readonly file: (numbers: readonly string[]) => string | Buffer;
  /** The proxy numbers that the file names. */
  readonly pairs?: true;
}

const named = (proxy: number): string => `${prefix}0005${proxy}`;

const ways: readonly Way[] = [
  {
    name: "a CSV file in windows-1251, as people write numbers",
    fileName: "clients.csv",
    file: ([first = "", second = "", third = ""]) =>
      encode(
        `Имя;Телефон;Действует до\r\nАнна;${plus(first)};01.02.2099\r\nБорис;${eight(second)};\r\nВера;№ ${plus(third)};\r\n`,
        "windows-1251",
      ),
  },
  {
    name: "a text file with one number per line, in several spellings",
    fileName: "list.txt",
    file: ([first = "", second = "", third = ""]) =>
      `${plus(first).replaceAll("-", "\u2011")}\n00${second}\n${wide(third)}\n`,
  },
  {
    name: "a workbook with numbers and texts",
    fileName: "clients.xlsx",
    file: ([first = "", second = "", third = ""]) =>
      workbook([
        {
          name: "Clients",
          data:
            sheetRow(1, ["phone", "name"]) +
            sheetRow(2, [Number(first), "Anna"]) +
            sheetRow(3, [plus(second), "Boris"]) +
            sheetRow(4, [`'${third}`, "Vera"]),
        },
      ]),
  },
  {
    name: "a pasted list",
    fileName: "pasted.txt",
    file: ([first = "", second = "", third = ""]) => `${first}\n ${plus(second)} \n\n${eight(third)}`,
  },
  {
    name: "pairs of another system",
    fileName: "pairs.csv",
    pairs: true,
    file: (numbers) =>
      `real_number,proxy_number\n${numbers.map((number, at) => `+${number},+${named(at)}\n`).join("")}`,
  },
];

describe("numbers from files, called on a real Asterisk", function suite() {
  this.timeout(60_000);
  let system: RealSystem;
  let requests: ImportRequests;
  const uploads = mkdtempSync(join(tmpdir(), "phone-proxy-imported-"));

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, prefix, { UPLOAD_DIR: uploads });
    requests = importsOf(system.application.url);
    await forget();
    const response = await fetch(`${system.application.url}/pools`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: poolName, ranges: [{ first: `${prefix}00000`, last: `${prefix}00099` }] }),
    });
    expect(response.status).to.equal(201);
  });
  after(async () => {
    if (system !== undefined) await forget();
    await system?.stop();
    rmSync(uploads, { recursive: true, force: true });
  });

  async function forget(): Promise<void> {
    const { database } = system;
    await database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${prefix}%`]);
    const pools = "(SELECT id FROM number_pools WHERE name = ?)";
    for (const table of ["rested_numbers", "number_ranges", "mapping_counts"])
      await database.query(`DELETE FROM ${table} WHERE pool_id IN ${pools}`, [poolName]);
    await database.query("DELETE FROM number_pools WHERE name = ?", [poolName]);
  }

  const poolId = async (): Promise<number> => {
    const response = await fetch(`${system.application.url}/pools`);
    const body: unknown = await response.json();
    const found = JSON.stringify(body).match(new RegExp(`"id":(\\d+),"name":"${poolName}"`));
    return Number(found?.[1]);
  };

  // The other ways take any free numbers of the pool, and must not take those that the pairs name.
  const pairsFirst = ways.toSorted((one, other) => Number(other.pairs ?? false) - Number(one.pairs ?? false));
  for (const [index, { name, fileName, file, pairs }] of pairsFirst.entries())
    it(`reaches everyone of ${name}`, async () => {
      const numbers = [0, 1, 2].map((at) => realNumberOf("answers", 7_300 + index * 10 + at));
      const query = `?wait=30&pool=${await poolId()}`;
      const { body } = await requests.upload(file(numbers), { query, name: fileName });
      expect(body.counts, JSON.stringify(body)).to.include({ created: 3, rejected: 0 });
      const mapped = body.mapped ?? [];
      expect(mapped.map(({ realNumber }) => realNumber)).to.deep.equal(numbers);
      if (pairs === true)
        expect(mapped.map(({ proxyNumber }) => proxyNumber)).to.deep.equal([0, 1, 2].map(named));
      for (const { realNumber: real, proxyNumber: proxy } of mapped) {
        system.knows({ proxy, real });
        const result = await system.dial(proxy, { script: { kind: "talks", talkMs: 100 } }).result;
        expect(result.finalCode).to.equal(200);
        expect(await system.recordOf(proxy)).to.include({ call_status: "answered", real_phone: real });
        expect(
          system.callees.messagesOf(real).some(({ startLine }) => startLine.startsWith("INVITE ")),
        ).to.equal(true);
      }
    });
});
