import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { skipOrFail } from "../../support/requirements.ts";

const rules = fileURLToPath(new URL("../../../deploy/firewall/phone-proxy.nft", import.meta.url));
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

/** For `before`: nft in a network of its own. */
function firewallOrSkip(suite: Mocha.Context): void {
  suite.timeout(300_000);
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    skipOrFail(suite, "only root on Linux can make a network for the firewall");
  const install = "apt-get update && apt-get install -y --no-install-recommends nftables iproute2";
  if (!existsSync(firewall)) spawnSync("/bin/sh", ["-c", install], { stdio: "ignore" });
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
});
