import { expect } from "chai";
import { settingsWithoutSecrets } from "../../../config/withoutSecrets.ts";
import {
  backupName,
  backupsAmong,
  backupTimeOf,
  expiredBackups,
} from "../../../src/commands/backup/retention.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 28, 2, 30, 5);

describe("Backups", () => {
  it("are named after the second they begin, and listed in this order", () => {
    expect(backupName(nowMs)).to.equal("phone-proxy-2026-11-28T02-30-05Z");
    expect(backupTimeOf(backupName(nowMs))).to.equal(nowMs);
    const names = [backupName(nowMs), "lost+found", ".making-abc", backupName(nowMs - dayMs)];
    expect(backupsAmong(names)).to.deep.equal([backupName(nowMs - dayMs), backupName(nowMs)]);
  });

  it("are kept for the days of the retention rule, and the newest for ever", () => {
    const names = [0, 29, 31, 400].map((days) => backupName(nowMs - days * dayMs));
    expect(expiredBackups([...names, "notes-2020"], 30, nowMs)).to.have.members(names.slice(2));
    expect(expiredBackups(names.slice(3), 30, nowMs)).to.deep.equal([]);
    const wrongClock = backupName(nowMs + 400 * dayMs);
    expect(
      expiredBackups([wrongClock, ...names.slice(3)], 30, nowMs),
      "the newest of the past",
    ).to.deep.equal([]);
  });

  it("have the settings as a file, without secrets", () => {
    const text = settingsWithoutSecrets({
      DATABASE_READ_URLS: "mysql://app:p%40ss@db1/phones mysql://app:p%40ss@db2/phones",
      DATABASE_URL: "mysql://app:p%40ss@db:3306/phones",
      REDIS_URL: "rediss://:word@cache",
      ASTERISK_PASSWORD: "word",
      ASTERISK_PASSWORD_FILE: "/run/secrets/ari",
      ASTERISKS: '[{"password":"word"}]',
      OUTBOUND_TRUNKS: '[{"name":"it\'s"}]',
      HTTP_PORT: "8080",
      HOME: "/root",
    });
    expect(text.split("\n")).to.deep.equal([
      "# ASTERISKS was set; it is secret.",
      "# ASTERISK_PASSWORD was set; it is secret.",
      "ASTERISK_PASSWORD_FILE=/run/secrets/ari",
      "# Add the password to DATABASE_READ_URLS.",
      "DATABASE_READ_URLS='mysql://app@db1/phones mysql://app@db2/phones'",
      "# Add the password to DATABASE_URL.",
      "DATABASE_URL=mysql://app@db:3306/phones",
      "HTTP_PORT=8080",
      `OUTBOUND_TRUNKS="[{\\"name\\":\\"it's\\"}]"`,
      "# Add the password to REDIS_URL.",
      "REDIS_URL=rediss://cache",
      "",
    ]);
    expect(settingsWithoutSecrets({ DATABASE_URL: "data/phones.sqlite" })).to.equal(
      "DATABASE_URL=data/phones.sqlite\n",
    );
  });
});
