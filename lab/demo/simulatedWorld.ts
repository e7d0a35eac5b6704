import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CallerScript, createSimulatedAsterisk, type SimulatedAsterisk } from "../simulated/index.ts";
import { makePrivateFolder } from "../../src/ops/privateFiles.ts";
import { labLayout } from "../layout.ts";
import { type Cleanups, unlessAborted } from "./cleanups.ts";
import type { DemoCaller } from "./scenarios.ts";
import { type DemoCall, type DemoWorld, type SeenCall, tells } from "./world.ts";

/** Needs no Asterisk, MySQL, Redis, root, or Debian: it consists of this process and one SQLite file. */
export const openSimulatedWorld = async (cleanups: Cleanups): Promise<DemoWorld> => {
  const { directory, ports } = labLayout();
  // One folder per port, because only one demo at a time can use a port.
  const folder = join(directory, `demo-simulated-${ports.application}`);
  rmSync(folder, { recursive: true, force: true });
  makePrivateFolder(folder);
  const callFolder = join(folder, "calls");
  makePrivateFolder(callFolder);
  const callFile = join(callFolder, "calls.csv");
  const asterisk = await createSimulatedAsterisk({
    systemName: "simulated",
    dialplan: { callFile: (line) => appendFileSync(callFile, `${line}\n`, { mode: 0o600 }) },
  });
  cleanups.add(() => asterisk.close());
  const { url, username, password } = asterisk.address();
  const file = join(folder, "phone-proxy.sqlite");
  return {
    simulated: true,
    about: "simulated Asterisk and SQLite",
    folder,
    database: { kind: "sqlite", file },
    settings: {
      DATABASE_URL: file,
      ASTERISK_URL: url,
      ASTERISK_USER: username,
      ASTERISK_PASSWORD: password,
      ASTERISK_CALL_FILE: callFile,
    },
    open: async () => undefined,
    place: (call, signal) => place(call, asterisk, signal),
  };
};

const place = async (call: DemoCall, asterisk: SimulatedAsterisk, signal: AbortSignal): Promise<SeenCall> => {
  const { from, to, realNumber } = call;
  const seen = await unlessAborted(
    asterisk.call({ from, to, caller: callerOf(call.caller) }).whenEnded(),
    signal,
  );
  const toldCaller =
    realNumber === null ? [] : seen.callerSawIdentities.filter((name) => tells(name, realNumber));
  const toldCallee = seen.legs.filter(({ invitation }) => tells(JSON.stringify(invitation), from));
  return {
    sip: seen.final,
    calledNumbers: seen.legs.map(({ number }) => number),
    leaks: toldCaller.length + toldCallee.length,
  };
};

const callerOf = (caller: DemoCaller): CallerScript => {
  switch (caller.kind) {
    case "talks":
      return { hangsUp: { on: 200, afterMs: caller.talkMs } };
    case "waits":
      return {};
    case "cancels":
      return { hangsUp: { on: caller.after, afterMs: caller.afterMs } };
  }
};
