import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../../lab/lab.ts";
import type { Verdict } from "../../../lab/parties/verdict.ts";
import type { Fault } from "./matrix.ts";
import { FaultSystem } from "./system.ts";

/** Calls before and after an outage, so that what it leaves behind shows. */
const aroundMs = 3_000;

/** Real calls during one fault, and the comparison of their records with what the parties saw. */
export async function carryOut(lab: LabAddresses, fault: Fault, seed: number): Promise<Verdict> {
  const system = await FaultSystem.start(lab, { seed, controllers: fault.controllers });
  let bringBack: (() => Promise<void>) | null = null;
  try {
    const { load, seconds } = fault;
    if ("callsPerSecond" in load) system.beginLoad({ ...load, talkMs: [1_000, 8_000] });
    else await system.converse(load.conversations, load.talkMs);
    // The length of an outage is what is tested here, so time itself has to pass.
    await delay(aroundMs);
    bringBack = await fault.outage.begin(system);
    if (seconds !== null) {
      await delay(seconds * 1_000);
      await bringBack();
      bringBack = null;
      await delay(aroundMs);
    } else {
      await delay(aroundMs);
      await system.callsOver();
      // Records have to be written by the next controller, if there is no standby.
      await bringBack();
      bringBack = null;
    }
    const verdict = await system.endLoad();
    await system.nothingLeft();
    return verdict;
  } finally {
    await bringBack?.();
    await system.stop();
  }
}
