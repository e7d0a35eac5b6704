import { expect } from "chai";
import { LegacyUsageError, readOptions } from "../../../src/legacy/options.ts";

describe("The options of import:legacy", () => {
  it("name a database on MySQL or a file", () => {
    const mysql = readOptions(["--from", "mysql://reader@db.example:3307/phone_proxy", "--dry-run"]);
    expect(mysql).to.deep.include({
      from: {
        kind: "mysql",
        host: "db.example",
        port: 3307,
        user: "reader",
        database: "phone_proxy",
        tls: null,
      },
      name: "phone_proxy",
      dryRun: true,
    });
    expect(readOptions(["--from", "/var/lib/old/numbers.sqlite"])).to.deep.include({
      from: { kind: "sqlite", file: "/var/lib/old/numbers.sqlite" },
      name: "numbers",
      dryRun: false,
      callTime: "start",
      timeZone: null,
    });
  });

  it("say what statuses mean", () => {
    const { statuses } = readOptions([
      "--from",
      "x.db",
      "--status",
      "HANG UP=cancelled",
      "--status",
      "ok=answered",
    ]);
    expect([...statuses]).to.deep.equal([
      ["hang_up", "cancelled"],
      ["ok", "answered"],
    ]);
  });

  const wrong: Readonly<Record<string, readonly string[]>> = {
    "no database": [],
    "a password on the command line": ["--from", "mysql://reader:secret@db.example/phone_proxy"],
    "no user": ["--from", "mysql://db.example/phone_proxy"],
    "another kind of database": ["--from", "postgres://reader@db.example/phone_proxy"],
    "an unknown option": ["--from", "x.db", "--force"],
    "an unknown country": ["--from", "x.db", "--country", "XX"],
    "an unknown zone": ["--from", "x.db", "--time-zone", "Moscow time"],
    "an unknown meaning of a status": ["--from", "x.db", "--status", "ok=fine"],
    "an unknown form": ["--from", "x.db", "--bare-form", "local"],
    "an unknown time of calls": ["--from", "x.db", "--call-time", "middle"],
    "a name that does not fit": ["--from", "x.db", "--name", "a b"],
  };
  for (const [what, args] of Object.entries(wrong)) {
    it(`are refused with ${what}, without repeating a password`, () => {
      expect(() => readOptions(args))
        .to.throw(LegacyUsageError)
        .with.property("message")
        .that.does.not.include("secret");
    });
  }
});
