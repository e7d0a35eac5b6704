import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { doctorCommand } from "../../../src/commands/doctor/command.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { debianProgram } from "../../support/debianProgram.ts";
import { freePort } from "../../support/freePort.ts";
import { selfSigned } from "../../support/selfSigned.ts";
import { until } from "../../support/until.ts";

const deploy = fileURLToPath(new URL("../../../deploy/", import.meta.url));
const rulesFile = "phone-proxy.rules.yml";
const rules = readFileSync(join(deploy, "prometheus", rulesFile), "utf8");
const dashboard = readFileSync(join(deploy, "grafana/phone-proxy.json"), "utf8");

/** Names that Prometheus itself adds, and those recorded by the rules. */
const isOurs = (name: string): boolean => !name.includes(":");
const metricsIn = (text: string): string[] =>
  [...new Set(text.match(/\b(?:phone_proxy|process|nodejs)[_:][\w:]+/gu))].filter(isOurs);

describe("The monitoring", function suite() {
  this.timeout(60_000);
  let promtool = "";
  let folder = "";
  let https: Server;
  let settings: Record<string, string>;
  let application: ApplicationProcess;
  const trunk = "79001112233";

  before(async function prepare() {
    promtool = debianProgram(this, "promtool", "prometheus");
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-monitoring-"));
    https = createServer(selfSigned(folder, 5)).listen(0, "127.0.0.1");
    await once(https, "listening");
    writeFileSync(join(folder, "backup-done"), "");
    settings = {
      HTTP_PORT: String(await freePort()),
      // The name of this machine may have as many digits in a row as a number.
      NODE_NAME: "monitored",
      DATABASE_URL: join(folder, "data.sqlite"),
      SPOOL_DIR: join(folder, "spool"),
      UPLOAD_DIR: join(folder, "uploads"),
      ASTERISK_URL: "http://127.0.0.1:1",
      ASTERISK_PASSWORD: "unused",
      OUTBOUND_TRUNK: trunk,
      DEFAULT_POOL: "74957000000-74957000099",
      PUBLIC_URL: `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
      BACKUP_STATUS_FILE: join(folder, "backup-done"),
    };
    application = ApplicationProcess.launch(settings);
    await until(async () => (await ask("/health/ready"))?.status === 200, { timeoutMs: 60_000 });
  });
  after(async () => {
    await application.end("SIGKILL");
    https.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (path: string): Promise<Response | null> =>
    fetch(`${application.url}${path}`).catch(() => null);
  const metrics = async (): Promise<string> => (await (await ask("/metrics"))?.text()) ?? "";
  const figure = async (name: string): Promise<number> => {
    const value = new RegExp(`^phone_proxy_${name}\\{[^}]*\\} (.+)$`, "mu").exec(await metrics())?.[1];
    return value === undefined ? Number.NaN : Number(value);
  };

  it("names only metrics that exist, in rules and dashboard", async () => {
    const known = new Set(
      [...(await metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gmu)].flatMap(([, name = "", type]) =>
        type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    for (const text of [rules, dashboard]) {
      const named = metricsIn(text);
      expect(named).to.have.length.above(10);
      expect(named.filter((name) => !known.has(name))).to.deep.equal([]);
    }
    const recorded = [...rules.matchAll(/record: (\S+)/gu)].map(([, name = ""]) => name);
    const used = dashboard.match(/\bphone_proxy:[\w:]+/gu) ?? [];
    expect(used.filter((name) => !recorded.includes(name))).to.deep.equal([]);
  });

  it("has the figures of the installation, the disks, the backup, and the certificate", async () => {
    await until(async () => (await figure("active_mappings")) === 0);
    expect(await figure("calls_today")).to.equal(0);
    await until(async () => (await figure("disk_free_bytes")) > 0);
    expect(await figure("disk_size_bytes")).to.be.above(await figure("disk_free_bytes"));
    await until(async () => (await figure("backup_age_seconds")) >= 0);
    await until(async () => (await figure("certificate_ends_timestamp_seconds")) > 0);
    const daysLeft = ((await figure("certificate_ends_timestamp_seconds")) * 1000 - Date.now()) / 86_400_000;
    expect(daysLeft).to.be.within(4.9, 5.1);
    expect(await metrics())
      .to.match(/^phone_proxy_part_health\{[^}]*part="database"[^}]*\} 2$/mu)
      .and.match(/^phone_proxy_part_health\{[^}]*part="asterisk"[^}]*\} 0$/mu);
  });

  it("has no phone number in a label, not even that of a trunk", async () => {
    const text = await metrics();
    expect(text).not.to.contain(trunk);
    expect(text.match(/="[^"]*\d{7}[^"]*"/gu)).to.equal(null);
  });

  it("is found by the doctor, which says what else is missing for production", async () => {
    const port = await freePort();
    const config = readFileSync(join(deploy, "prometheus/prometheus.yml"), "utf8")
      .replace("127.0.0.1:8080", new URL(application.url).host)
      .replace("scrape_interval: 15s", "scrape_interval: 1s")
      .replace(/ +authorization:\n.*\n/u, "");
    writeFileSync(join(folder, "prometheus.yml"), config);
    copyFileSync(join(deploy, "prometheus", rulesFile), join(folder, rulesFile));
    const prometheus = spawn(
      join(dirname(promtool), "prometheus"),
      [
        `--web.listen-address=127.0.0.1:${port}`,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=tsdb",
        "--log.level=error",
      ],
      { cwd: folder, stdio: "ignore" },
    );
    const ask = async (different: Record<string, string> = {}): Promise<ReadonlyMap<string, string>> => {
      const { lines } = await doctorCommand(["--prometheus", `http://127.0.0.1:${port}`], {
        environment: { ...settings, ...different },
        envFile: null,
        terminal: false,
      });
      return new Map(lines.map((line) => [line.slice(12, 25).trim(), line.slice(0, 12).trim()]));
    };
    try {
      await until(async () => (await ask()).get("monitoring") === "ok", { timeoutMs: 60_000 });
      const found = Object.fromEntries(await ask());
      expect(found).to.include({ application: "ok", backup: "ok", disks: "ok", settings: "ok" });
      // No Asterisk, a short password, no sign-in, a certificate of five days, no key.
      for (const item of ["parts", "passwords", "access", "https", "backup key"])
        expect(found, item).to.have.property(item, "MISSING");
      const better = {
        ACCESS: "required",
        BACKUP_ENCRYPT_TO: "age1recipient",
        ASTERISK_PASSWORD: "9f8d7c6b5a4e3d2c",
      };
      expect(Object.fromEntries(await ask(better))).to.include({
        access: "ok",
        "backup key": "ok",
        passwords: "ok",
      });
      expect((await ask({ HTTP_PORT: "1" })).get("application")).to.equal("MISSING");
    } finally {
      const ended = once(prometheus, "exit");
      prometheus.kill("SIGKILL");
      await ended;
    }
    expect((await ask()).get("monitoring")).to.equal("MISSING");
  });

  it("alerts as its own tests say", () => {
    const { stdout, status } = runPromtool("test", "rules", "phone-proxy.rules.test.yml");
    expect(status, stdout).to.equal(0);
    // promtool accepts a file of tests that mentions no alert.
    const tested = readFileSync(join(deploy, "prometheus/phone-proxy.rules.test.yml"), "utf8");
    const alerts = [...rules.matchAll(/alert: (\w+)/gu)].map(([, name = ""]) => name);
    expect(alerts).to.have.length.above(10);
    for (const alert of alerts)
      expect(tested, alert).to.match(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:`, "u"));
  });

  it("asks Prometheus only what it can parse, in every panel of the dashboard", () => {
    const { panels } = JSON.parse(dashboard) as {
      panels: { id: number; type: string; targets?: { expr: string; datasource: { uid: string } }[] }[];
    };
    expect(new Set(panels.map(({ id }) => id))).to.have.length(panels.length);
    const targets = panels.flatMap(({ type, targets: own = [] }) => {
      expect(own.length > 0, type).to.equal(type !== "row");
      return own;
    });
    expect(targets).to.have.length.above(20);
    for (const { datasource } of targets) expect(datasource.uid).to.equal("${source}");
    const records = targets.map(({ expr }, index) => ({ record: `panel:${index}`, expr }));
    const file = join(folder, "panels.yml");
    // JSON is YAML, too.
    writeFileSync(file, JSON.stringify({ groups: [{ name: "panels", rules: records }] }));
    const { stdout, status } = runPromtool("check", "rules", file);
    expect(status, stdout).to.equal(0);
    expect(stdout).to.include(`SUCCESS: ${records.length} rules found`);
  });

  it("has an example configuration that Prometheus accepts", () => {
    const { stdout, status } = runPromtool("check", "config", "--syntax-only", "prometheus.yml");
    expect(status, stdout).to.equal(0);
  });

  function runPromtool(...values: string[]): { readonly stdout: string; readonly status: number } {
    try {
      const options = { cwd: join(deploy, "prometheus"), encoding: "utf8" } as const;
      return { stdout: execFileSync(promtool, values, { ...options, stdio: "pipe" }), status: 0 };
    } catch (error) {
      return { stdout: String(error), status: 1 };
    }
  }
});
