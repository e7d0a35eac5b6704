import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { skipOrFail } from "../../support/requirements.ts";

const rules = fileURLToPath(new URL("../../../deploy/firewall/phone-proxy.nft", import.meta.url));
const serverRules = new URL("../../../deploy/firewall/phone-proxy-server.nft", import.meta.url);
const firewall = "/usr/sbin/nft";

/** Sends a packet from each address to each port of 127.0.0.1, and prints those that arrive. */
const packets = `
const { createSocket } = require("node:dgram");
const ports = [5060, 10000];
const senders = ["127.0.0.3", "127.0.0.17", "127.0.0.18", "127.0.0.9", "127.0.0.1"];
const seen = [];
const bound = (host, port) => new Promise((done) => {
  const socket = createSocket("udp4");
  socket.bind(port, host, () => done(socket));
});
(async () => {
  const receivers = await Promise.all(ports.map((port) => bound("127.0.0.1", port)));
  for (const [index, receiver] of receivers.entries())
    receiver.on("message", (_, { address }) => {
      seen.push(ports[index] + " from " + address);
      // The last packet is one that always arrives.
      if (address === "127.0.0.1" && ports[index] === 10000) {
        console.log(JSON.stringify(seen));
        process.exit();
      }
    });
  for (const host of senders) {
    const sender = await bound(host, 0);
    for (const port of ports) await new Promise((done) => sender.send("OPTIONS", port, "127.0.0.1", done));
  }
})();
`;

/** Listens at every port, and prints which requests arrive from a second network with one address of each kind. */
const requests = `
const net = require("node:net");
const { createSocket } = require("node:dgram");
const { spawn } = require("node:child_process");
const server = "10.9.9.1";
const tcp = [22, 80, 443, 3306, 5060, 6379, 8080, 8088];
const udp = [5060, 10000, 3306];
const senders = { provider: "198.51.100.1", admin: "192.0.2.9", stranger: "203.0.113.99" };
const nameOf = (address) => Object.keys(senders).find((name) => senders[name] === address);
const seen = [];
if (process.argv[2] === "peer") {
  const attempts = Object.values(senders).flatMap((localAddress) => [
    ...tcp.map((port) => new Promise((done) => {
      const socket = net.connect({ host: server, port, localAddress });
      socket.setTimeout(1000, () => socket.destroy());
      socket.once("connect", () => socket.end());
      socket.once("error", () => undefined);
      socket.once("close", done);
    })),
    ...udp.map((port) => new Promise((done) => {
      const socket = createSocket("udp4");
      socket.bind(0, localAddress, () => socket.send("x", port, server, () => socket.close(done)));
    })),
  ]);
  Promise.all(attempts);
} else {
  const listening = [
    ...tcp.map((port) => new Promise((done) =>
      net.createServer((socket) => seen.push(nameOf(socket.remoteAddress) + " tcp " + port)).listen(port, server, done))),
    ...udp.map((port) => new Promise((done) =>
      createSocket("udp4").on("message", (_, from) => seen.push(nameOf(from.address) + " udp " + port)).bind(port, server, done))),
  ];
  Promise.all(listening).then(() => {
    const peer = spawn("ip", ["netns", "exec", "peer", process.execPath, __filename, "peer"], { stdio: "inherit" });
    peer.once("exit", () => {
      console.log(JSON.stringify([...new Set(seen)].sort()));
      process.exit();
    });
  });
}
`;

/** For `before`: nft in a network of its own. */
function firewallOrSkip(suite: Mocha.Context): void {
  suite.timeout(300_000);
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    skipOrFail(suite, "only root on Linux can make a network for the firewall");
  const install = "apt-get update && apt-get install -y --no-install-recommends nftables iproute2";
  if (!existsSync(firewall) || !existsSync("/usr/bin/ip"))
    spawnSync("/bin/sh", ["-c", install], { stdio: "ignore" });
  if (!existsSync(firewall))
    skipOrFail(suite, `there is no ${firewall}, and apt-get cannot install nftables`);
}

describe("the firewall rules", function suite() {
  let folder = "";

  before(function prepare() {
    firewallOrSkip(this);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-firewall-"));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("let SIP in from the providers only, and leave media alone", () => {
    const shipped = readFileSync(rules, "utf8");
    const filledIn = shipped.replace(
      /^define providers = .*$/mu,
      "define providers = { 127.0.0.16/31, 127.0.0.3 }",
    );
    expect(filledIn).not.to.equal(shipped);
    writeFileSync(join(folder, "rules.nft"), filledIn);
    writeFileSync(join(folder, "packets.cjs"), packets);
    // Loaded twice, as after a change.
    const script = `ip link set lo up && nft -f rules.nft && nft -f rules.nft && exec "$0" packets.cjs`;
    const { stdout, stderr, status } = spawnSync("unshare", ["--net", "sh", "-c", script, process.execPath], {
      cwd: folder,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(status, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.have.members([
      "5060 from 127.0.0.3",
      "5060 from 127.0.0.17",
      ...["127.0.0.3", "127.0.0.17", "127.0.0.18", "127.0.0.9", "127.0.0.1"].map(
        (host) => `10000 from ${host}`,
      ),
    ]);
  });

  it("of a whole server let in providers, media, people, and administrators, and no one to the database", () => {
    writeFileSync(join(folder, "server.nft"), readFileSync(serverRules));
    writeFileSync(join(folder, "requests.cjs"), requests);
    const addresses = ["10.9.9.2/24", "198.51.100.1/32", "192.0.2.9/32", "203.0.113.99/32"];
    const script = [
      "set -e",
      "ip link set lo up",
      "mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add peer",
      "ip link add server type veth peer name client netns peer",
      "ip addr add 10.9.9.1/24 dev server && ip link set server up",
      "ip -n peer link set lo up && ip -n peer link set client up",
      ...addresses.map((address) => `ip -n peer addr add ${address} dev client`),
      "ip route add default via 10.9.9.2 && ip -n peer route add default via 10.9.9.1",
      "nft -f server.nft && nft -f server.nft",
      'exec "$0" requests.cjs',
    ].join("\n");
    const { stdout, stderr, status } = spawnSync(
      "unshare",
      ["--net", "--mount", "sh", "-c", script, process.execPath],
      { cwd: folder, encoding: "utf8", timeout: 60_000 },
    );
    expect(status, stderr).to.equal(0);
    const everyone = ["admin", "provider", "stranger"];
    expect(JSON.parse(stdout)).to.have.members([
      ...everyone.flatMap((name) => [`${name} tcp 80`, `${name} tcp 443`, `${name} udp 10000`]),
      "provider tcp 5060",
      "provider udp 5060",
      "admin tcp 22",
    ]);
  });

  it("of UFW's profiles name the ports of the example settings", function ufw() {
    const example = readFileSync(new URL("../../../asterisk/settings.env.example", import.meta.url), "utf8");
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(example)?.[1] ?? "";
    const profile = readFileSync(
      new URL("../../../deploy/firewall/phone-proxy.ufw", import.meta.url),
      "utf8",
    );
    const ports = [...profile.matchAll(/^ports=(.*)$/gm)].map(([, list]) => list);
    const sip = value("SIP_PORT");
    expect(ports).to.deep.equal([
      `${sip}/tcp|${sip}/udp`,
      `${value("RTP_FIRST_PORT")}:${value("RTP_LAST_PORT")}/udp`,
      "80,443/tcp",
    ]);
    if (!existsSync("/usr/sbin/ufw"))
      spawnSync("/bin/sh", ["-c", "apt-get install -y --no-install-recommends ufw"], { stdio: "ignore" });
    if (!existsSync("/usr/sbin/ufw")) skipOrFail(this, "there is no ufw, and apt-get cannot install it");
    // In a mount namespace of its own, so that this machine's profiles stay as they are.
    const script =
      "mount -t tmpfs tmpfs /etc/ufw/applications.d && cp phone-proxy.ufw /etc/ufw/applications.d/phone-proxy && " +
      "for name in sip media web; do ufw app info phone-proxy-$name || exit 1; done";
    writeFileSync(join(folder, "phone-proxy.ufw"), profile);
    const { stdout, stderr, status } = spawnSync("unshare", ["--net", "--mount", "sh", "-c", script], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    expect(stdout).to.include("10000:19999/udp").and.include("5060");
  });
});
