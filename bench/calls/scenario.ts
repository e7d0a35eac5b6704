import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSippFolder, type SippFolder } from "../../lab/sipp/folder.ts";
import type { Trunks } from "./variants.ts";

interface Talk {
  /** Whether this party sends audio. */
  readonly rtp: boolean;
  /** The two of the caller's side only. */
  readonly seconds?: number;
  readonly trunks?: Trunks;
  readonly refusals?: boolean;
}

/** Where no audio is sent, nothing listens at this port. */
const SILENT_PORT = "16000";
const AUDIO_FILE = "audio.alaw";
const SAMPLES_PER_SECOND = 8_000;
/** A-law, sent in packets of 20 ms and repeated until the end of the call. */
const sendAudio = `<nop><action><exec rtp_stream="${AUDIO_FILE},-1,8,PCMA/8000"/></action></nop>`;

/** Of the caller: a 503 ends the call as well, and the second timer runs until it. */
const expectRefusals = (text: string): string =>
  text
    .replace("<!-- UNTIL REFUSED -->", '<nop start_rtd="2"/>')
    .replace("<!-- REFUSED -->", '<recv response="503" optional="true" rtd="2" next="refused"/>')
    .replace(
      '<recv response="200"/>\n  <!-- ACKNOWLEDGED -->',
      `<recv response="200" next="end"/>
  <label id="refused"/>
  <send><![CDATA[
ACK sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
Max-Forwards: 70
From: <sip:[field1]@[local_ip]:[local_port]>;tag=[pid]-[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Content-Length: 0

]]></send>
  <label id="end"/>`,
    );

/** The folder of a SIPp process, with its scenario filled in. */
export const prepareScenario = (
  name: "caller.xml" | "callee.xml",
  { rtp, seconds = 0, trunks = "split", refusals = false }: Talk,
): SippFolder => {
  const folder = makeSippFolder();
  const text = readFileSync(new URL(name, import.meta.url), "utf8")
    .replace("TALK_MS", String(Math.round(seconds * 1000)))
    .replace("X-Bench-Trunks: TRUNKS", `X-Bench-Trunks: ${trunks}`)
    .replace("MEDIA_PORT", rtp ? "[rtpstream_audio_port]" : SILENT_PORT)
    .replace("<!-- AUDIO -->", rtp ? sendAudio : "");
  writeFileSync(join(folder.host, name), refusals ? expectRefusals(text) : text);
  if (rtp) writeFileSync(join(folder.host, AUDIO_FILE), randomBytes(SAMPLES_PER_SECOND));
  return folder;
};
