import { expect } from "chai";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type CallPath, SystemOnPath } from "../support/callPaths.ts";
import { addEndpoints } from "../support/extraEndpoints.ts";
import { labOrSkip } from "../support/requirements.ts";

/** By default, as the README promises, and shorter where it is set. */
const secondsOf = new Map<CallPath, number>([
  ["dial", 12],
  ["odbc", 4],
  ["bridge", 4],
]);

for (const [index, [path, silentSeconds]] of [...secondsOf].entries())
  describe(`a trunk that stays silent, on the path "${path}"`, function suite() {
    this.timeout(90_000);
    let on: SystemOnPath;
    let trunk: Socket;
    let removeEndpoints: (() => Promise<void>) | undefined;
    const invites = new Set<string>();

    before(async function prepare() {
      const { outboundProvider } = await labOrSkip(this);
      trunk = createSocket("udp4").bind(0, outboundProvider.host);
      await once(trunk, "listening");
      trunk.on("message", (message) => {
        const id = /^INVITE [^]*^Call-ID: *(\S+)/imu.exec(message.toString())?.[1];
        if (id !== undefined) invites.add(id);
      });
      const contact = `sip:${outboundProvider.host}:${trunk.address().port}`;
      removeEndpoints = await addEndpoints(
        "silent-out",
        `
[silent-out](outbound)
aors = silent-out

[silent-out]
type = aor
contact = ${contact}
`,
      );
      on = await SystemOnPath.startOrSkip(this, path, `74955${index}`, {
        OUTBOUND_TRUNKS: JSON.stringify([{ name: "silent-out" }, { name: "trunk-out" }]),
        RING_TIMEOUT_SECONDS: "20",
        ...(silentSeconds === 12 ? {} : { SILENT_TRUNK_SECONDS: String(silentSeconds) }),
      });
    });
    after(async () => {
      await on?.stop();
      await removeEndpoints?.();
      trunk?.close();
    });

    it(`is left after ${silentSeconds} s for the next one, which connects the call`, async () => {
      const { proxy } = await on.system.mapped("answers");
      const from = `7916550${index}001`;
      const { finalCode } = await on.system.dial(proxy, { from, script: { kind: "talks", talkMs: 300 } })
        .result;
      expect(finalCode).to.equal(200);
      expect(invites.size).to.equal(1);
      const row = await on.system.recordOfCaller(from);
      expect(row).to.include({ call_status: "answered", outbound_trunk: "trunk-out", sip_code: 200 });
      // Counted from the first attempt.
      expect(row.ring_seconds).to.be.within(silentSeconds - 1, silentSeconds + 8);
    });
  });
