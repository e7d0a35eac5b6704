import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/freePort.ts";
import { until } from "../support/until.ts";
import { DebianRoot, type RunningUnit } from "./debianRoot.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const proxyNumber = /^749570000\d\d$/;

describe("The Debian package, on Debian 13 with Debian's Node", function suite() {
  this.timeout(1_800_000);
  const debian = new DebianRoot();
  let folder = "";
  let deb = "";
  let port = 0;
  let running: RunningUnit | null = null;

  const inRoot = (path: string): string => join(debian.folder, path);
  const settings = (): string => inRoot("etc/phone-proxy/settings.env");
  const ask = (path: string): Promise<Response | null> =>
    fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);

  function build(): string {
    const built = spawnSync("npm", ["run", "-s", "build:deb"], { cwd: root, encoding: "utf8" });
    expect(built.status, built.stderr).to.equal(0);
    return built.stdout.trim().split("\n").at(-1) ?? "";
  }

  /** The same package with a higher version, as a later commit would make it. */
  function nextVersion(): string {
    const tree = join(folder, "tree");
    const next = join(folder, "next.deb");
    const sh = (command: string): void => {
      const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
      expect(status, stderr).to.equal(0);
    };
    sh(`dpkg-deb -R '${deb}' '${tree}' && sed -i 's/^Version: .*/&.1/' '${tree}/DEBIAN/control'`);
    sh(`dpkg-deb --root-owner-group -Zgzip -z1 -b '${tree}' '${next}'`);
    return next;
  }

  async function start(): Promise<void> {
    running = await debian.startUnit("phone-proxy.service");
    const started = running;
    await until(async () => started.exitCode !== null || (await ask("/pools"))?.status === 200, {
      timeoutMs: 120_000,
      everyMs: 100,
    });
    expect(started.exitCode, started.output).to.equal(null);
  }
  async function stop(): Promise<void> {
    const code = await running?.end();
    expect(code, running?.output).to.equal(0);
    running = null;
  }
  const proxyOf = async (phone: string): Promise<unknown> => {
    const body: unknown = await (await ask(`/lookup/fake/${phone}`))?.json();
    return typeof body === "object" && body !== null ? Reflect.get(body, "fake_phone") : null;
  };

  async function add(phone: string): Promise<void> {
    const form = new FormData();
    form.set("file", new Blob([`phone\n${phone}\n`], { type: "text/csv" }), "numbers.csv");
    const uploaded = await fetch(`http://127.0.0.1:${port}/upload`, { method: "POST", body: form });
    expect(uploaded.status, await uploaded.text()).to.equal(200);
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-deb-"));
    deb = process.env["PHONE_PROXY_DEB"] ?? build();
    expect(existsSync(deb), deb).to.equal(true);
    await debian.make();
    await debian.attempt("apt-get", "purge", "-y", "phone-proxy");
    // A purge keeps backups.
    rmSync(inRoot("var/backups/phone-proxy"), { recursive: true, force: true });
    port = await freePort();
  });
  after(async () => {
    await running?.end("SIGKILL");
    await debian.leave();
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("is installed with a user, private folders, and units without mistakes", async () => {
    await debian.install(deb);
    expect(await debian.inside("id", "phone-proxy")).to.include("phone-proxy");
    const modeOf = (path: string): string => (statSync(inRoot(path)).mode & 0o7777).toString(8);
    expect(modeOf("var/lib/phone-proxy")).to.equal("700");
    expect(modeOf("etc/phone-proxy/secrets")).to.equal("2750");
    expect(modeOf("etc/phone-proxy/settings.env")).to.equal("640");
    for (const unit of ["phone-proxy.service", "phone-proxy-migrate.service"]) {
      const path = `/usr/lib/systemd/system/${unit}`;
      const { output } = await debian.attempt("sh", "-c", `systemd-analyze verify ${path} 2>&1`);
      expect(output).not.to.match(/phone-proxy.*(?:Unknown|Failed|not executable|Invalid)/);
      const exposure = await debian.inside("systemd-analyze", "security", "--offline=true", path);
      expect(Number(/exposure level for \S+: ([\d.]+)/.exec(exposure)?.[1])).to.be.at.most(2.5);
    }
    expect(await debian.inside("phone-proxy", "help")).to.include("migrate");
  });

  it("has a runbook whose commands of systemd and of the package are understood", async () => {
    const runbook = readFileSync(inRoot("usr/share/doc/phone-proxy/operation.md"), "utf8");
    const [, ...lines] = [...runbook.matchAll(/^```sh\n(.*?)^```$/gmsu)].flatMap(([, code = ""]) =>
      code.split("\n"),
    );
    const commands = new Set(
      lines
        .map((line) => line.replace(/ +#.*$/u, ""))
        .filter((line) => /^(?:systemctl|journalctl|timedatectl|phone-proxy) /u.test(line)),
    );
    expect(commands.size).to.be.greaterThan(20);
    for (const command of commands) {
      // Without an init, systemd's programs read their arguments and leave it at that. The file with the key is missing.
      const { output } = await debian.attempt("sh", "-c", `cd /root && { ${command}; } 2>&1`);
      expect(output, command).to.not.match(
        /unrecognized|unknown|invalid|Too (?:few|many)|Usage|npm run|not found/iu,
      );
    }
    const enabled = await debian.attempt(
      "systemctl",
      "is-enabled",
      "phone-proxy",
      "phone-proxy-backup.timer",
    );
    expect(enabled.output).to.equal("enabled\nenabled\n");
  });

  it("requires sign-in at first, and says where the first administrator is created", async () => {
    // The machine may be busy, and an import thread that has just been started ends late.
    writeFileSync(
      settings(),
      `${readFileSync(settings(), "utf8")}HTTP_PORT=${port}\nSHUTDOWN_DEADLINE_MS=60000\n`,
    );
    running = await debian.startUnit("phone-proxy.service");
    const started = running;
    await until(
      async () => (await ask("/mappings"))?.status === 401 && started.output.includes("/app/set-up#"),
      {
        timeoutMs: 120_000,
        everyMs: 100,
      },
    );
    await stop();
  });

  it("serves calls' numbers with its settings and secrets, as its own user", async () => {
    const changed = readFileSync(settings(), "utf8").replace("ACCESS=required", "ACCESS=open");
    writeFileSync(settings(), `${changed}DEFAULT_POOL=74957000000-74957000099\n`);
    writeFileSync(inRoot("etc/phone-proxy/secrets/ASTERISK_PASSWORD"), "a-secret\n");
    await start();
    await add("79161234567");
    expect(await proxyOf("79161234567")).to.match(proxyNumber);
    // With the password, it looks for an Asterisk instead of waiting for a setting.
    expect(await (await ask("/health"))?.text()).not.to.include("ASTERISK_PASSWORD");
    const page = await ask("/");
    expect(page?.status).to.equal(200);
    expect(statSync(inRoot("var/lib/phone-proxy/data/phone-proxy.sqlite")).uid).to.equal(
      statSync(inRoot("var/lib/phone-proxy")).uid,
    );
    const help = await debian.inside("phone-proxy", "help");
    for (const command of ["auditlog", "backup", "call", "doctor", "restore", "support"])
      expect(help).to.include(`  ${command}\n`);
    expect(await debian.inside("phone-proxy", "call", "no-such-call")).to.include("No record was found");
    expect(await debian.inside("phone-proxy", "auditlog", "--keep-months", "12")).to.include(
      "Removed 0 entries",
    );
    expect(await debian.inside("phone-proxy", "backup")).to.include("/var/backups/phone-proxy/");
    expect(await debian.inside("phone-proxy", "restore", "--list")).to.match(/^phone-proxy-\d{4}-/m);
    expect((await debian.attempt("phone-proxy", "doctor")).output).to.match(
      /^ok +application +It responds\.$/m,
    );
    const bundle = "/var/lib/phone-proxy/support.tar.gz";
    await debian.inside("phone-proxy", "support", "--output", bundle);
    const packed = await debian.inside("tar", "--extract", "--gzip", "--to-stdout", "--file", bundle);
    expect(packed)
      .to.include("phone_proxy_active_mappings")
      .and.not.include("9161234567")
      .and.not.include("a-secret");
    await stop();
    expect((await debian.attempt("phone-proxy", "migrate")).ok).to.equal(true);
    expect((await debian.attempt("phone-proxy", "health")).ok).to.equal(false);
    expect((await debian.attempt("phone-proxy", "no-such")).ok).to.equal(false);
  });

  it("keeps data and settings on an upgrade", async () => {
    const written = readFileSync(settings(), "utf8");
    const backups = (): string[] => readdirSync(inRoot("var/backups/phone-proxy"));
    const earlier = backups();
    await debian.install(nextVersion());
    expect(backups(), "a backup from before the upgrade").to.have.length(earlier.length + 1);
    expect(readFileSync(settings(), "utf8")).to.equal(written);
    await start();
    const proxy = await proxyOf("79161234567");
    expect(proxy).to.match(proxyNumber);
    await stop();
  });

  it("goes back to the previous version, and to the data from before the upgrade", async () => {
    const beforeUpgrade =
      (await debian.inside("phone-proxy", "restore", "--list")).trim().split("\n").at(-1) ?? "";
    expect(beforeUpgrade).to.match(/^phone-proxy-\S+Z {2}version [\d.]+, \d+ kB, not encrypted$/);
    await start();
    await add("79161234568");
    await stop();
    await debian.install(deb, "--allow-downgrades");
    const listed = (await debian.inside("phone-proxy", "restore", "--list")).trim().split("\n");
    expect(listed.at(-2), "the downgrade makes another backup").to.equal(beforeUpgrade);
    await start();
    expect(await proxyOf("79161234568"), "without restoring").to.match(proxyNumber);
    await stop();
    const [name = ""] = beforeUpgrade.split(" ");
    expect(await debian.inside("phone-proxy", "restore", name, "--replace", "--without-asterisk")).to.include(
      "It contains phone numbers",
    );
    await start();
    expect(await proxyOf("79161234568")).to.not.match(proxyNumber);
    const proxy = await proxyOf("79161234567");
    expect(proxy).to.match(proxyNumber);
    await stop();
  });

  it("keeps data and settings on removal", async () => {
    const written = readFileSync(settings(), "utf8");
    await start();
    const proxy = await proxyOf("79161234567");
    await stop();
    await debian.inside("apt-get", "remove", "-y", "phone-proxy");
    expect(existsSync(inRoot("usr/lib/phone-proxy/dist"))).to.equal(false);
    expect(existsSync(inRoot("usr/bin/phone-proxy"))).to.equal(false);
    expect(readFileSync(settings(), "utf8")).to.equal(written);
    expect(existsSync(inRoot("etc/phone-proxy/secrets/ASTERISK_PASSWORD"))).to.equal(true);
    expect(existsSync(inRoot("var/lib/phone-proxy/data/phone-proxy.sqlite"))).to.equal(true);

    await debian.install(deb);
    await start();
    expect(await proxyOf("79161234567")).to.equal(proxy);
    await stop();
  });

  it("deletes data, settings, and secrets when it is purged", async () => {
    await debian.inside("apt-get", "purge", "-y", "phone-proxy");
    for (const path of [
      "etc/phone-proxy",
      "var/lib/phone-proxy",
      "usr/lib/phone-proxy",
      "usr/share/phone-proxy",
    ])
      expect(existsSync(inRoot(path)), path).to.equal(false);
  });

  it("brings the numbers back on a new machine, before its first start", async () => {
    await debian.install(deb);
    const restore =
      "cd /var/backups/phone-proxy && phone-proxy restore ./$(ls | tail -n 1) --without-asterisk";
    expect(await debian.inside("sh", "-c", restore)).to.include("The database is restored");
    writeFileSync(settings(), `ACCESS=open\nHTTP_PORT=${port}\nSHUTDOWN_DEADLINE_MS=60000\n`);
    await start();
    expect(await proxyOf("79161234567")).to.match(proxyNumber);
    await stop();
  });
});
