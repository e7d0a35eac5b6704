import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { minDigits } from "../../../src/values/phoneNumber.ts";
import { statusesOfReach } from "../../../src/callLog/rules/newestCall.ts";

const textOf = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

describe("The query of the dialplan's fallback", () => {
  it("reads the tables that the account and the documentation grant, and no others", async () => {
    const query = await textOf("asterisk/func_odbc.conf");
    const read = new Set(Array.from(query.matchAll(/(?:FROM|JOIN) (\w+)/gu), ([, table = ""]) => table));
    const accounts = await textOf("deploy/mysql/accounts.sql");
    const granted = Array.from(
      accounts.matchAll(/GRANT CREATE, SELECT ON phone_proxy\.(\w+) TO 'asterisk'/gu),
      ([, table = ""]) => table,
    );
    expect(granted).to.have.members([...read]);
    const documented =
      /account needs only `SELECT` on ([^.]+)\./u.exec(await textOf("docs/trunk.md"))?.[1] ?? "";
    expect(Array.from(documented.matchAll(/`(\w+)`/gu), ([, table]) => table)).to.have.members([...read]);
  });

  it("counts the same calls as the controllers for a return call", async () => {
    const query = await textOf("asterisk/func_odbc.conf");
    const counted = /c\.call_status IN \(([^)]+)\)/u.exec(query)?.[1] ?? "";
    expect(counted.replaceAll("'", "").split(", ")).to.have.members([...statusesOfReach]);
    expect(query).to.contain(`party REGEXP '^[1-9][0-9]{${minDigits - 1},14}$'`);
  });
});
