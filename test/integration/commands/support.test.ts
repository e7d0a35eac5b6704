import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { SettingsSource } from "../../../config/settings.ts";
import { endedLine } from "../../../src/callLog/spool/line.ts";
import { callCommand } from "../../../src/commands/call/command.ts";
import { supportCommand } from "../../../src/commands/support/command.ts";
import { AuditEntry } from "../../../src/store/entities/access.ts";
import { startApi } from "../../support/api.ts";
import { callRecord } from "../../support/callRecords.ts";
import { forEachDatabase } from "../../support/databases.ts";

const digits = "9161234567";
const real = `7${digits}`;
const password = "Herbst-Regen-1848";
const apiKey = "ppk_TPlantedKeyOfTheTest0123456789abcdef";

/** The number as people, programs, and files write it. */
const notations = [
  `+${real}`,
  `8 (916) 123-45-67`,
  `+7 916 123 45 67`,
  `tel:8-916-123-45-67`,
  `+7\u00A0916\u202F123\u201145\u201167`,
  `7.916.123.45.67`,
];

describe("For support", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "support-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  forEachDatabase((open) => {
    it("the story of a call is told by its ID, masked unless asked for, which is audited, and a bundle has no number and no secret", async () => {
      const { store, address } = await open();
      const api = await startApi(store);
      try {
        const log = join(folder, "log");
        const line = (fields: object): string =>
          JSON.stringify({
            at: "2026-11-28T06:00:00.000Z",
            level: "info",
            message: "A call ended",
            ...fields,
          });
        await writeFile(
          log,
          [
            line({ callId: "lab-1.7", asterisk: "lab" }),
            line({ callId: "lab-1.70", asterisk: "other" }),
            line({ callId: "lab-1.7.2", asterisk: "other" }),
            ...notations.map((one) => line({ message: `Wrong number ${one} of lab-1.7`, detail: one })),
            ...notations.map((one) => `panic: ${one} in lab-1.7 with password=${password}`),
            line({
              authorization: `Bearer ${apiKey}`,
              url: `mysql://root:${password}@host/db`,
              note: password,
            }),
            `Header: ${apiKey}`,
          ].join("\n"),
        );
        await store.transaction((manager) =>
          manager.query(
            `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status, timeline)
             VALUES ('lab-1.7', '74957770001', ?, '79035554433', '2026-11-28 06:00:00.000', 'answered', '[[0,"arrived","deciding"],[1500,"answered","talking",200]]')`,
            [real],
          ),
        );
        const spool = join(folder, "spool");
        await mkdir(spool);
        await writeFile(
          join(spool, "00000001.spool"),
          endedLine({ ...callRecord("lab-2.5"), realNumber: real }),
        );
        const source: SettingsSource = {
          environment: {
            DATABASE_URL: address.kind === "sqlite" ? address.file : address.url,
            SPOOL_DIR: spool,
            ASTERISK_PASSWORD: password,
            REDIS_URL: `redis://:${password}@127.0.0.1:6379`,
            DEFAULT_POOL: `${real}-7${Number(digits) + 9}`,
            HTTP_PORT: new URL(api.http.url).port,
          },
          envFile: null,
          terminal: false,
        };
        const story = async (...args: string[]): Promise<string> =>
          (await callCommand([...args, "--log", log], source)).join("\n");

        const masked = await story("lab-1.7");
        expect(masked)
          .to.match(/real number\s+\+7 916 ••• 45 67\n/)
          .and.match(/status\s+answered/);
        expect(masked).to.match(/\+\s+1\.500 s {2}answered\s+talking {2}SIP 200/);
        expect(masked).to.include("A call ended asterisk=lab").and.not.include("asterisk=other");
        expect(masked.match(/panic: \S*\[number\] in lab-1\.7 with password=\[secret\]/g)).to.have.length(
          notations.length,
        );
        const entries = () => store.read((manager) => manager.find(AuditEntry, { order: { id: "ASC" } }));
        expect(await entries()).to.deep.equal([]);
        const whole = await story("lab-1.7", "--numbers");
        expect(whole)
          .to.match(new RegExp(String.raw`real number\s+${real}\n`))
          .and.match(/caller\s+79035554433/);
        const [entry] = await entries();
        expect(entry).to.include({
          action: "reveal",
          actorKind: "command",
          targetKind: "calls",
          targetId: "lab-1.7",
        });
        expect(await story("lab-2.5"))
          .to.include("the database has no record of it yet")
          .and.not.include(digits);
        expect(await story("lab-9.9"))
          .to.include("No record was found")
          .and.include("No line names this call.");
        // Like grep, journalctl fails without a word if nothing matches.
        for (const [script, words] of [
          ["exit 1", "No line of the journal names this call."],
          [
            "echo 'No permission' >&2; exit 1",
            "The journal cannot be read: journalctl failed (1). No permission",
          ],
          [`echo '${line({ callId: "lab-1.7", level: "warn" })}'`, "warn  A call ended"],
        ] as const) {
          await writeFile(join(folder, "journalctl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
          const path = process.env["PATH"];
          process.env["PATH"] = `${folder}:${path}`;
          const told = await callCommand(["lab-1.7"], source).finally(() => (process.env["PATH"] = path));
          expect(told.join("\n")).to.include(words);
        }

        const output = join(folder, "bundle.tar.gz");
        const [said = ""] = await supportCommand(["--log", log, "--output", output], source);
        expect(said).to.include(output);
        expect((await stat(output)).mode & 0o777).to.equal(0o600);
        const unpacked = join(folder, "unpacked");
        await mkdir(unpacked);
        execFileSync("tar", ["--extract", "--gzip", "--file", output, "--directory", unpacked]);
        const [inner = ""] = await readdir(unpacked);
        const files = new Map<string, string>();
        for (const name of await readdir(join(unpacked, inner)))
          files.set(name, await readFile(join(unpacked, inner, name), "utf8"));
        expect([...files.keys()]).to.have.members([
          "checklist.txt",
          "health.json",
          "log.txt",
          "metrics.txt",
          "settings.env",
          "versions.txt",
        ]);
        expect(files.get("versions.txt")).to.include(`Node ${process.version}`);
        expect(files.get("settings.env")).to.include("DEFAULT_POOL=").and.include("# ASTERISK_PASSWORD");
        expect(files.get("health.json")).to.include('"status"');
        expect(files.get("metrics.txt")).to.match(/^phone_proxy_\w+(?:\{.*\})? \d/m);
        expect(files.get("checklist.txt")).to.include("MISSING");
        expect(files.get("log.txt")).to.include("A call ended").and.include("lab-1.7");
        for (const [name, text] of files) {
          expect(text.replaceAll(/[^\d\n]/g, ""), name).to.not.include(digits);
          expect(text, name).to.not.include(password).and.not.include(apiKey);
        }
      } finally {
        await api.close();
      }
    });
  });
});
