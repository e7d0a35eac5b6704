import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { sippCommand } from "../../lab/sipp/folder.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { type BenchmarkChild, startChild } from "../support/child.ts";
import { onCore } from "./processes.ts";
import { prepareScenario } from "./scenario.ts";

interface Callees {
  readonly pid: number;
  stop(): Promise<void>;
}

interface Side {
  readonly rtp?: boolean;
  /** The only core that SIPp may use. */
  readonly core?: number | null;
}

/** Starts the outbound provider. Resolves when Asterisk has found it reachable. */
export const startCallees = async (
  lab: LabAddresses,
  { rtp = false, core = null }: Side = {},
): Promise<Callees> => {
  const folder = prepareScenario("callee.xml", { rtp });
  const { host, port } = lab.outboundProvider;
  const args = ["-sf", "callee.xml", "-i", host, "-mi", host, "-p", String(port), "-nostdin"];
  const child = startChild(onCore(core, sippCommand(folder, args)));
  const stop = async (): Promise<void> => {
    await child.stop();
    folder.remove();
  };
  try {
    await untilReachable(lab, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, stop };
};

/** Whether the provider responds and Asterisk, if it sends OPTIONS at all, has found it reachable. */
const untilReachable = async (lab: LabAddresses, callees: BenchmarkChild): Promise<void> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    if (await answersOptions(lab)) {
      await asteriskCli("pjsip qualify trunk-out");
      if (!/trunk-out\/\S+\s+\S+\s+Unavail\s/u.test(await asteriskCli("pjsip show contacts"))) return;
    }
    const end = callees.exited();
    if (end !== null || Date.now() > deadline)
      throw new BenchmarkFailedError(
        `The callees' SIPp cannot be reached${end === null ? "" : `; it ended with ${end}`}.\n${callees.output()}`,
      );
  }
};

/** Whether the provider responds to OPTIONS within 200 ms. */
const answersOptions = async ({ outboundProvider, sip }: LabAddresses): Promise<boolean> => {
  const { host, port } = outboundProvider;
  const socket = createSocket("udp4").bind(0, sip.host);
  try {
    await once(socket, "listening");
    const id = randomUUID();
    const lines = [
      `OPTIONS sip:${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${sip.host}:${socket.address().port};branch=z9hG4bK${id}`,
      `From: <sip:${sip.host}>;tag=${id}`,
      `To: <sip:${host}>`,
      `Call-ID: ${id}`,
      "CSeq: 1 OPTIONS",
      "Max-Forwards: 70",
      "Content-Length: 0",
      "",
      "",
    ];
    socket.send(lines.join("\r\n"), port, host);
    return await once(socket, "message", { signal: AbortSignal.timeout(200) }).then(
      () => true,
      () => false,
    );
  } finally {
    socket.close();
  }
};
