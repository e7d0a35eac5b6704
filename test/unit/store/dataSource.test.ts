import { expect } from "chai";
import { databaseAddress, dataSourceOptions } from "../../../src/store/dataSource.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../../src/store/time.ts";

describe("The address of the database", () => {
  it("is a MySQL URL or the path of a SQLite file", () => {
    expect(databaseAddress("mysql://u:p@host/db", 7)).to.deep.equal({
      kind: "mysql",
      url: "mysql://u:p@host/db",
      poolSize: 7,
    });
    for (const text of ["data/x.sqlite", "sqlite:data/x.sqlite"]) {
      expect(databaseAddress(text)).to.deep.equal({ kind: "sqlite", file: "data/x.sqlite" });
    }
  });

  it("may have any character in user, password and database, and an IPv6 host", () => {
    const url = "mysql://us%40er:p%3A%2Fss%25@[::1]:3307/phone%2Dproxy";
    expect(dataSourceOptions(databaseAddress(url))).to.include({
      type: "mysql",
      host: "::1",
      port: 3307,
      username: "us@er",
      password: "p:/ss%",
      database: "phone-proxy",
      timezone: "Z",
    });
    expect(dataSourceOptions(databaseAddress("mysql://u@host/db"))).to.include({ port: 3306, password: "" });
  });
});

describe("A time in the database", () => {
  it("is UTC with milliseconds, as either driver returns it", () => {
    const atMs = Date.UTC(2026, 9, 25, 0, 59, 59, 7);
    expect(toDatabaseTime(atMs)).to.equal("2026-10-25 00:59:59.007");
    expect(fromDatabaseTime("2026-10-25 00:59:59.007")).to.equal(atMs);
    expect(fromDatabaseTime(new Date(atMs))).to.equal(atMs);
  });
});
