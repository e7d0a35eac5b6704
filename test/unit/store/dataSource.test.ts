import { expect } from "chai";
import { dataSourceOptions } from "../../../ormconfig.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../../src/store/time.ts";

describe("The database URL", () => {
  const optionsOf = (url: string) => dataSourceOptions({ kind: "mysql", url, poolSize: 7 });

  it("may have any character in user, password, and database, and an IPv6 host", () => {
    const url = "mysql://us%40er:p%3A%2Fss%25@[::1]:3307/phone%2Dproxy";
    expect(optionsOf(url)).to.include({
      type: "mysql",
      host: "::1",
      port: 3307,
      username: "us@er",
      password: "p:/ss%",
      database: "phone-proxy",
      timezone: "Z",
    });
    expect(optionsOf("mysql://u@host/db")).to.include({ port: 3306, password: "" });
  });
});

describe("A database time", () => {
  it("is UTC with milliseconds, as either driver returns it", () => {
    const atMs = Date.UTC(2026, 9, 25, 0, 59, 59, 7);
    expect(toDatabaseTime(atMs)).to.equal("2026-10-25 00:59:59.007");
    expect(fromDatabaseTime("2026-10-25 00:59:59.007")).to.equal(atMs);
    expect(fromDatabaseTime(new Date(atMs))).to.equal(atMs);
  });
});
