import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { skipOrFail } from "../../support/requirements.ts";

const deploy = fileURLToPath(new URL("../../../deploy/", import.meta.url));
const units = [
  "systemd/phone-proxy.service",
  "systemd/phone-proxy-migrate.service",
  "backup/phone-proxy-backup.service",
  "asterisk-lines/phone-proxy-lines.service",
];

/** Exposure as systemd counts it, from 0 (best) to 10. */
const mostExposed = 2.5;
/** Debian 12 ignores them, which leaves a restart after each second. */
const sinceSystemd254 = /Unknown key(?: name)? 'Restart(?:Steps|MaxDelaySec)'/;
/** Not installed on this machine. */
const missingProgram = /Command \/usr\/(?:local\/)?bin\/\S+ is not executable/;

describe("The systemd units", function suite() {
  this.timeout(60_000);
  let folder = "";

  before(function prepare() {
    if (!existsSync("/usr/bin/systemd-analyze"))
      spawnSync("/bin/sh", ["-c", "apt-get update && apt-get install -y --no-install-recommends systemd"], {
        stdio: "ignore",
      });
    if (!existsSync("/usr/bin/systemd-analyze")) skipOrFail(this, "there is no systemd-analyze");
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-units-"));
    for (const unit of units) copyFileSync(join(deploy, unit), join(folder, basename(unit)));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  const analyze = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync("systemd-analyze", args, { cwd: folder, encoding: "utf8" });
    const complaints = stderr
      .split("\n")
      .filter((line) => line !== "" && !sinceSystemd254.test(line) && !missingProgram.test(line));
    return { stdout, complaints, status };
  };

  for (const unit of units.map((path) => basename(path)))
    it(`have no mistakes, and give away little: ${unit}`, () => {
      expect(analyze("verify", `./${unit}`).complaints).to.deep.equal([]);
      const { stdout } = analyze("security", "--offline=true", `./${unit}`);
      const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
      expect(exposure).to.be.at.most(mostExposed);
      expect(readFileSync(join(folder, unit), "utf8"), "numbers in core dumps").to.match(/^LimitCORE=0$/mu);
    });

  it("have no mistakes in Asterisk's drop-in", () => {
    // The sections as they end up in Asterisk's own unit.
    copyFileSync(join(deploy, "systemd/asterisk.service.d/phone-proxy.conf"), join(folder, "drop-in"));
    writeFileSync(
      join(folder, "asterisk.service"),
      "[Unit]\nDescription=Asterisk\n[Service]\nType=notify\nExecStart=/usr/sbin/asterisk -g -f -p\n",
    );
    const joined = spawnSync("sh", ["-c", "cat drop-in >> asterisk.service"], { cwd: folder });
    expect(joined.status).to.equal(0);
    const own = analyze("verify", "./asterisk.service").complaints.filter(
      (line) => !line.includes("/usr/sbin/asterisk is not executable"),
    );
    expect(own).to.deep.equal([]);
  });
});
