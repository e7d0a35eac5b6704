import { expect } from "chai";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { endLines, forgetLines } from "../support/callFile.ts";
import { dialledNumbers } from "../support/dialledNumbers.ts";
import { labOrSkip } from "../support/requirements.ts";
import { SipSender } from "../support/sipSender.ts";
import { until } from "../support/until.ts";

/** Cases that do not reach the dialplan as they are: no request URI holds them, or it is too long for Asterisk. */
const longest = 80;

const inUri = (text: string): string =>
  text.replaceAll(/[^\w.!~*'()&=+$,;?/-]/gu, (character) =>
    [...Buffer.from(character, "utf8")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );

describe("dialled numbers in the dialplan", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let sender: SipSender;

  before(async function prepare() {
    lab = await labOrSkip(this);
    sender = await SipSender.open(lab.inboundProvider.host, lab.sip);
    await asteriskCli('dialplan set global ANNOUNCE_UNKNOWN ""');
    await asteriskCli('dialplan set global ANNOUNCE_FAILED ""');
    await forgetLines();
  });
  after(async () => {
    await sender?.close();
    // The announcements are restored.
    if (lab !== undefined) await asteriskCli("dialplan reload");
  });

  for (const [index, { about, dialled, number }] of dialledNumbers.entries())
    if (dialled.length > 0 && dialled.length <= longest)
      it(`${number === null ? "refuses" : "reads"} ${about}`, async () => {
        await forgetLines();
        const callId = `number-${index}`;
        sender.invite(callId, { user: inUri(dialled) });
        await until(() => sender.codesOf(callId).some((code) => code >= 200));
        await until(async () => (await endLines()).length > 0);
        const [line, ...more] = await endLines();
        expect(more).to.deep.equal([]);
        expect(line?.proxy).to.equal(number ?? "");
        expect(line?.reason === "invalid_number").to.equal(number === null);
        if (number === null) expect(sender.codesOf(callId).at(-1)).to.equal(484);
      });
});
