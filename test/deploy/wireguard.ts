import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { debianProgram } from "../support/debianProgram.ts";
import { labOrSkip } from "../support/requirements.ts";
import { blocksOf } from "./recipePage.ts";

const firewall = fileURLToPath(new URL("../../deploy/firewall/phone-proxy.nft", import.meta.url));

/**
 * Both ends, each with a network of its own, joined by a cable. Where the kernel has no WireGuard, `wg-quick` takes
 * wireguard-go. SIP from the tunnel is admitted, SIP from the same machine outside it is not.
 */
const trial = `set -e
mount -t tmpfs none /run
mkdir -p /run/wireguard /run/netns
ip link set lo up
end() {
  wg-quick down ./wg0.conf
  ip netns exec provider wg-quick down ./provider0.conf
}
trap end EXIT
ip netns add provider
ip link add cable type veth peer name cable netns provider
ip address add 192.0.2.10/24 dev cable
ip link set cable up
ip -n provider address add 192.0.2.20/24 dev cable
ip -n provider link set cable up
ip netns exec provider wg-quick up ./provider0.conf
wg-quick up ./wg0.conf
nft -f firewall.nft
nft 'table inet seen { chain input { type filter hook input priority 10; iifname "wg0" udp dport 5060 counter; }; }'
seen() { nft list chain inet seen input | grep -o 'packets.*'; }
refused() { nft list chain inet phone_proxy sip | grep -o 'packets.*'; }
# A SIP message as large as the tunnel takes.
send() { ip netns exec provider bash -c "head -c 1392 /dev/zero >/dev/udp/$1/5060"; }
wait_for() { for try in $(seq 100); do "$1" | grep -q 'packets 1 ' && return; sleep 0.1; done; }
send 10.77.0.2
wait_for seen
echo "arrived: $(seen)"
echo "refused: $(refused)"
echo "handshake $(wg show wg0 latest-handshakes | cut -f 2)"
echo "route $(ip -o route get 10.77.0.1)"
send 192.0.2.10
wait_for refused
echo "refused beside it: $(refused)"`;

describe("The recipe for SIP over WireGuard", function suite() {
  this.timeout(120_000);
  let folder = "";
  let path = "";

  before(async function prepare() {
    await labOrSkip(this);
    const tools = [
      debianProgram(this, "wg-quick", "wireguard-tools"),
      debianProgram(this, "wireguard-go", "wireguard-go"),
    ];
    path = [...tools.map((one) => dirname(one)), process.env["PATH"]].join(":");
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-wireguard-"));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  it("connects to a provider, with room for SIP, and SIP arrives by the tunnel only", () => {
    const run = (program: string, args: readonly string[], input = ""): string =>
      execFileSync(program, args, {
        cwd: folder,
        encoding: "utf8",
        input,
        env: { ...process.env, PATH: path },
        stdio: ["pipe", "pipe", "pipe"],
      });
    const keys = () => {
      const secret = run("wg", ["genkey"]).trim();
      return { secret, shared: run("wg", ["pubkey"], secret).trim() };
    };
    const [ours, theirs] = [keys(), keys()];
    const write = (name: string, text: string): void =>
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    const [recipe = ""] = blocksOf("SIP over WireGuard", "ini");
    write(
      "wg0.conf",
      recipe
        .replace("PrivateKey = …", `PrivateKey = ${ours.secret}`)
        .replace("PublicKey = …", `PublicKey = ${theirs.shared}`)
        .replace("sip.provider.example", "192.0.2.20"),
    );
    write(
      "provider0.conf",
      `[Interface]\nAddress = 10.77.0.1/32\nPrivateKey = ${theirs.secret}\nListenPort = 51820\n` +
        `[Peer]\nPublicKey = ${ours.shared}\nAllowedIPs = 10.77.0.2/32\n`,
    );
    write(
      "firewall.nft",
      readFileSync(firewall, "utf8").replace(/define providers = .*/u, "define providers = { 10.77.0.1 }"),
    );
    expect(run("wg-quick", ["strip", "./wg0.conf"])).to.include("AllowedIPs = 10.77.0.1/32");
    const output = run("unshare", ["--net", "--mount", "bash", "-c", trial]);
    expect(output).to.include("arrived: packets 1 bytes 1420").and.to.include("refused: packets 0 ");
    expect(output).to.match(/handshake [1-9]\d+/u);
    expect(output).to.match(/route 10\.77\.0\.1 dev wg0 src 10\.77\.0\.2/u);
    expect(output).to.include("refused beside it: packets 1 ");
  });
});
