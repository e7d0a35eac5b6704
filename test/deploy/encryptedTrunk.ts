import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { asteriskCli, type LabAddresses, startPart, stopPart } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { makeCertificates } from "../support/certificates.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { freePort } from "../support/freePort.ts";
import { migratedLabDatabase } from "../support/labDatabase.ts";
import { labOrSkip } from "../support/requirements.ts";
import { type Callees, realNumberOf, startCallees } from "../support/sipp.ts";
import { until } from "../support/until.ts";

const proxy = "74957229901";
const real = realNumberOf("answers", 7990);
const inLab = "/var/lib/asterisk/phone-proxy-test-tls";

/** A caller over TLS who offers SRTP (SAVP) or plain RTP (AVP), and expects that final response. */
const scenario = (profile: "SAVP" | "AVP", final: number): string => `<?xml version="1.0"?>
<scenario name="caller over TLS">
  <send retrans="500"><![CDATA[
    INVITE sip:${proxy}@[remote_ip]:[remote_port];transport=tls SIP/2.0
    Via: SIP/2.0/TLS [local_ip]:[local_port];branch=[branch];rport
    From: <sip:79161112233@[local_ip]>;tag=[call_number]
    To: <sip:${proxy}@[remote_ip]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:caller@[local_ip]:[local_port];transport=tls>
    Max-Forwards: 70
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=- 1 1 IN IP4 [media_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio [media_port] RTP/${profile} 8
    a=rtpmap:8 PCMA/8000
    ${profile === "SAVP" ? "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz" : "a=sendrecv"}
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="${final}"${
    final === 200
      ? `><action>
    <ereg regexp="RTP/SAVP 8" search_in="body" check_it="true" assign_to="profile"/>
    <ereg regexp="a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" search_in="body" check_it="true" assign_to="key"/>
    <log message="[$profile] [$key]"/>
  </action></recv>`
      : "/>"
  }
  <send><![CDATA[
    ACK sip:${proxy}@[remote_ip]:[remote_port];transport=tls SIP/2.0
    Via: SIP/2.0/TLS [local_ip]:[local_port];branch=[branch]${final === 200 ? "-ack" : ""};rport
    From: <sip:79161112233@[local_ip]>;tag=[call_number]
    To: <sip:${proxy}@[remote_ip]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: 1 ACK
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>${
    final === 200
      ? `
  <pause milliseconds="500"/>
  <send retrans="500"><![CDATA[
    BYE sip:${proxy}@[remote_ip]:[remote_port];transport=tls SIP/2.0
    Via: SIP/2.0/TLS [local_ip]:[local_port];branch=[branch]-bye;rport
    From: <sip:79161112233@[local_ip]>;tag=[call_number]
    To: <sip:${proxy}@[remote_ip]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: 2 BYE
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>
  <recv response="200"/>`
      : ""
  }
</scenario>
`;

describe("An inbound trunk with TLS and SRTP, as docs/recipes.md describes it", function suite() {
  this.timeout(180_000);
  let lab: LabAddresses;
  let callees: Callees | null = null;
  let port = 0;
  const { root } = labLayout();

  const database = async (sql: string, values: readonly string[] = []): Promise<void> => {
    const connection = await createConnection(lab.mysql.url);
    try {
      await connection.query(sql, [...values]);
    } finally {
      await connection.end();
    }
  };

  before(async function prepare() {
    lab = await labOrSkip(this);
    await migratedLabDatabase(lab);
    const folder = mkdtempSync(join(tmpdir(), "phone-proxy-srtp-"));
    makeCertificates(folder, "IP:127.0.0.1");
    cpSync(folder, join(root, inLab), { recursive: true });
    chmodSync(join(root, inLab), 0o755);
    rmSync(folder, { recursive: true });
    port = await freePort();
    // The two changes of the recipe, in the rendered configuration.
    const file = join(root, "etc/asterisk/pjsip.conf");
    const written = readFileSync(file, "utf8").replace(
      "[inbound](!,trunk)\n",
      "[inbound](!,trunk)\nmedia_encryption = sdes\n",
    );
    writeFileSync(file, written);
    mkdirSync(join(root, "etc/asterisk/pjsip.d"), { recursive: true });
    writeFileSync(
      join(root, "etc/asterisk/pjsip.d/tls.conf"),
      `[transport-tls]\ntype = transport\nprotocol = tls\nbind = 127.0.0.1:${port}\nmethod = tlsv1_2\n` +
        `cert_file = ${inLab}/server.pem\npriv_key_file = ${inLab}/server.key\n`,
    );
    spawnSync("chroot", [root, "chown", "-R", "asterisk:asterisk", "/etc/asterisk/pjsip.d", inLab]);
    await asteriskCli("module load res_srtp.so");
    await asteriskCli("module reload res_pjsip.so");
    await until(async () => (await asteriskCli("pjsip show transports")).includes("transport-tls"));
    await until(async () => (await asteriskCli("pjsip show endpoint trunk-in-1")).includes("sdes"));
    await giveDialplan(lab);
    await database("REPLACE INTO phone_mappings (real_phone, fake_phone, state) VALUES (?, ?, 'active')", [
      real,
      proxy,
    ]);
    callees = await startCallees();
  });
  after(async () => {
    await callees?.stop();
    if (lab === undefined) return;
    await database("DELETE FROM phone_mappings WHERE fake_phone = ?", [proxy]);
    rmSync(join(root, inLab), { recursive: true, force: true });
    // With the configuration of all other tests.
    await stopPart("asterisk");
    await startPart("asterisk");
  });

  function call(
    profile: "SAVP" | "AVP",
    final: number,
  ): { readonly status: number | null; readonly output: string } {
    const folder = join(root, "tmp/phone-proxy-srtp");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "caller.xml"), scenario(profile, final));
    try {
      const { status, stdout, stderr } = spawnSync(
        "chroot",
        [
          root,
          "sipp",
          `127.0.0.1:${port}`,
          "-sf",
          "/tmp/phone-proxy-srtp/caller.xml",
          "-t",
          "l1",
          "-m",
          "1",
          "-r",
          "1",
          "-tls_cert",
          `${inLab}/server.pem`,
          "-tls_key",
          `${inLab}/server.key`,
          "-i",
          lab.inboundProvider.host,
          "-mi",
          lab.inboundProvider.host,
          "-timeout",
          "30",
          "-timeout_error",
          "-nostdin",
        ],
        { encoding: "utf8", timeout: 60_000, env: { ...process.env, TERM: "xterm" } },
      );
      return { status, output: stdout.slice(-3000) + stderr };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("connects a call that is encrypted on the caller's side, to the real number", () => {
    const { status, output } = call("SAVP", 200);
    expect(status, output).to.equal(0);
    const invited = callees?.messages().filter(({ startLine }) => startLine.startsWith("INVITE")) ?? [];
    expect(invited.some(({ startLine }) => startLine.includes(real))).to.equal(true);
  });

  it("refuses a call that is not encrypted", () => {
    const { status, output } = call("AVP", 488);
    expect(status, output).to.equal(0);
  });
});
