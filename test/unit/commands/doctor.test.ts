import { expect } from "chai";
import { type Facts, findingsOf } from "../../../src/commands/doctor/checks.ts";

const up = { status: "up", detail: "fine" } as const;

const healthy: Facts = {
  health: { parts: { asterisk: up, "trunk out": up, database: up, redis: { status: "off", detail: "" } } },
  access: "required",
  publicUrl: "https://phones.example.com",
  certificateDays: 60,
  weakPasswords: [],
  unknownSettings: [],
  withoutEffect: [],
  backup: "fresh",
  backupEncrypted: true,
  fullDisks: [],
  firewall: true,
  disabledUnits: [],
  clockSynchronized: true,
  monitoring: { scraped: true, alerts: true },
};

const missingIn = (different: Partial<Facts>) =>
  findingsOf({ ...healthy, ...different }).filter(({ status }) => status === "missing");

describe("The doctor", () => {
  it("finds nothing missing where everything is in order", () => {
    expect(missingIn({})).to.deep.equal([]);
    expect(findingsOf(healthy).every(({ status }) => status === "ok")).to.equal(true);
  });

  const troubles: readonly (readonly [item: string, facts: Partial<Facts>, words: string])[] = [
    ["application", { health: null }, "journalctl"],
    [
      "parts",
      { health: { parts: { "trunk out": { status: "down", detail: "not there" } } } },
      "trunk out: not there",
    ],
    ["parts", { health: { parts: { callLog: { status: "degraded", detail: "waits" } } } }, "callLog: waits"],
    ["passwords", { weakPasswords: ["DATABASE_URL"] }, "DATABASE_URL"],
    ["settings", { unknownSettings: ["ACESS"] }, "ACESS"],
    [
      "settings",
      { withoutEffect: [{ setting: "ASTERISK_URL", because: "ASTERISKS is set" }] },
      "ASTERISK_URL has no effect: ASTERISKS is set.",
    ],
    ["access", { access: "open" }, "ACCESS=required"],
    ["https", { publicUrl: null }, "PUBLIC_URL"],
    ["https", { publicUrl: "http://phones.example.com" }, "PUBLIC_URL"],
    ["https", { certificateDays: null }, "nginx"],
    ["https", { certificateDays: 3.5 }, "in 3 days"],
    ["https", { certificateDays: -0.5 }, "has expired"],
    ["firewall", { firewall: false }, "deploy/firewall"],
    ["monitoring", { monitoring: null }, "--prometheus"],
    ["monitoring", { monitoring: { scraped: false, alerts: true } }, "target"],
    ["monitoring", { monitoring: { scraped: true, alerts: false } }, "rules"],
    ["backup", { backup: "unwatched" }, "BACKUP_DIR"],
    ["backup", { backup: "missing" }, "systemctl start phone-proxy-backup"],
    ["backup", { backup: "late" }, "systemctl start phone-proxy-backup"],
    ["backup", { backup: "unreadable" }, "systemctl start phone-proxy-backup"],
    ["backup key", { backupEncrypted: false }, "BACKUP_ENCRYPT_TO"],
    ["disks", { fullDisks: ["spool"] }, "spool"],
    ["failover", { disabledUnits: ["asterisk.service"] }, "asterisk.service"],
    ["clock", { clockSynchronized: false }, "set-ntp"],
  ];
  for (const [item, facts, words] of troubles)
    it(`says that something is missing: ${item}, ${JSON.stringify(facts).slice(0, 60)}`, () => {
      const found = missingIn(facts);
      expect(found.map((finding) => finding.item)).to.deep.equal([item]);
      expect(found[0]?.words).to.contain(words);
    });

  it("checks each item in a way that can fail", () => {
    const items = findingsOf(healthy).map(({ item }) => item);
    expect(new Set(troubles.map(([item]) => item))).to.deep.equal(new Set(items));
  });

  it("says what cannot be checked here", () => {
    const unchecked = findingsOf({
      ...healthy,
      health: null,
      firewall: null,
      disabledUnits: null,
      clockSynchronized: null,
    }).filter(({ status }) => status === "unchecked");
    expect(unchecked.map(({ item }) => item)).to.deep.equal(["parts", "firewall", "failover", "clock"]);
  });
});
