import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { existsSync } from "node:fs";
import { chown, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { identityOf, isRunning } from "../../lab/process.ts";
import type { OwnLab } from "../support/ownLab.ts";
import { ownLabOrSkip } from "../support/requirements.ts";
import { until } from "../support/until.ts";

const parts = ["mysql", "redis", "asterisk"];
const servers = ["asterisk", "mysqld", "redis-check-rdb"];

describe("The lab", function suite() {
  this.timeout(180_000);
  let lab: OwnLab;

  before(async function prepare() {
    lab = await ownLabOrSkip(this);
  });
  after(async () => {
    await lab?.remove();
  });

  const statusOf = async (): Promise<Record<string, string>> => {
    const { output } = await lab.run("status");
    return Object.fromEntries(
      parts.map((name) => [
        name,
        new RegExp(`^${name} +(ready|stopped|not answering)`, "m").exec(output)?.[1] ?? "",
      ]),
    );
  };
  /** A zombie that has not been reaped yet does not. */
  const runs = (pid: number): boolean => {
    const identity = identityOf(pid);
    return identity !== null && isRunning(identity);
  };
  const all = (state: string) => Object.fromEntries(parts.map((name) => [name, state]));

  let orphan: number;
  for (const step of ["debootstrap", "apt-get", "useradd"] as const)
    it(`survives being killed during its installation, at ${step}`, async () => {
      const killed = lab.start(["up"], step);
      orphan = await lab.held();
      await killed.kill();
      expect(existsSync(lab.root), "the root folder appears whole or not at all").to.equal(false);
      expect(runs(orphan), "what it was running runs on").to.equal(true);
    });

  it("starts over, and survives being killed while MySQL creates its files", async () => {
    const killed = lab.start(["up"]);
    const making = join(lab.root, "var/lib/phone-proxy-mysql/data.making/ibdata1");
    await until(() => existsSync(making), { timeoutMs: 60_000, everyMs: 10 });
    await killed.kill();
    expect(runs(orphan), "the orphan of the last one").to.equal(false);
    expect(existsSync(join(lab.root, "var/lib/phone-proxy-mysql/data")), "half-made files").to.equal(false);
  });

  it("survives being killed while its servers are starting", async () => {
    const killed = lab.start(["up"]);
    await until(() => existsSync(join(lab.directory, "state/mysql.process")), {
      timeoutMs: 60_000,
      everyMs: 10,
    });
    await killed.kill();
  });

  it("starts completely after all of that, with one server of each, and reports how long it took", async () => {
    const { status, output } = await lab.run("up");
    expect(status, output).to.equal(0);
    expect(output).to.match(/^The lab is ready after \d+\.\d s\.$/m);
    expect(await statusOf()).to.deep.equal(all("ready"));
    expect(lab.programs()).to.deep.equal(servers);
  });

  it("is unchanged by another up", async () => {
    const before = (await lab.run("status")).output;
    expect((await lab.run("up")).status).to.equal(0);
    expect((await lab.run("status")).output).to.equal(before);
  });

  it("stops and starts one part without affecting the others", async () => {
    expect((await lab.run("stop", "redis")).output).to.include("redis stopped.");
    expect(await statusOf()).to.deep.equal({ ...all("ready"), redis: "stopped" });
    expect((await lab.run("start", "redis")).output).to.match(/^redis: ready after/m);
    expect((await lab.run("kill", "mysql")).output).to.include("mysql killed.");
    expect(await statusOf()).to.deep.equal({ ...all("ready"), mysql: "stopped" });
    const { status, output } = await lab.run("start", "mysql");
    expect(status, output).to.equal(0);
    expect(await statusOf()).to.deep.equal(all("ready"));
  });

  it("restarts MySQL even if the killed one's PID is in use", async () => {
    const data = join(lab.root, "var/lib/phone-proxy-mysql/data");
    const { uid, gid } = await stat(join(data, "ibdata1"));
    expect((await lab.run("kill", "mysql")).output).to.include("mysql killed.");
    const other = spawn("sleep", ["60"], { uid, gid, stdio: "ignore" });
    await once(other, "spawn");
    try {
      const lock = join(data, "mysql.sock.lock");
      await writeFile(lock, `${other.pid}\n`, { mode: 0o600 });
      await chown(lock, uid, gid);
      const { status, output } = await lab.run("start", "mysql");
      expect(status, output).to.equal(0);
    } finally {
      other.kill();
    }
  });

  it("shows and follows the log of a part until interrupted, without leftovers", async () => {
    const following = lab.start(["logs", "redis"]);
    await until(() => following.output.includes("Ready to accept connections"));
    await following.kill("SIGINT");
    await following.closed;
    const { status, output } = await lab.run("logs", "postgres");
    expect(output).to.include('The lab has no part "postgres". Its parts are mysql, redis, asterisk.');
    expect(status).to.equal(2);
  });

  it("stops everything of its own, and nothing else", async () => {
    const { output } = await lab.run("down");
    expect(output).to.include("Stopped mysql, redis, asterisk.");
    expect(await statusOf()).to.deep.equal(all("stopped"));
    expect(lab.programs()).to.deep.equal([]);
    expect((await lab.run("down")).output).to.include("Nothing was running.");
  });

  it("names a port that is in use, and the setting that changes it", async () => {
    const tcp = createServer().listen(lab.portOf("redis"), "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4").bind(lab.portOf("sip"), "127.0.0.1");
    await once(udp, "listening");
    const redis = await lab.run("start", "redis");
    const asterisk = await lab.run("start", "asterisk");
    tcp.close();
    udp.close();
    expect(redis.output.trim()).to.equal(
      `redis needs tcp 127.0.0.1:${lab.portOf("redis")}, which another process uses. ` +
        "Stop that process, or set PHONE_PROXY_LAB_REDIS_PORT to a free port.",
    );
    expect(asterisk.output)
      .to.include(`udp 127.0.0.1:${lab.portOf("sip")}`)
      .and.include("PHONE_PROXY_LAB_SIP_PORT");
    expect([redis.status, asterisk.status]).to.deep.equal([1, 1]);
  });

  it("starts again once the port is free", async () => {
    const { status, output } = await lab.run("up");
    expect(status, output).to.equal(0);
    expect(await statusOf()).to.deep.equal(all("ready"));
  });
});
