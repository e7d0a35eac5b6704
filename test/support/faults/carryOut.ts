import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../../lab/lab.ts";
import type { Fault } from "./matrix.ts";
import type { Outage } from "./outage.ts";
import { type FaultSystemOptions, FaultSystem, type Judged } from "./system.ts";

/** Calls before and after an outage, which reveal its after-effects. */
const aroundMs = 3_000;
const middleMs = 3_000;

/** Real calls during one fault, and the comparison of their records with what the parties saw. */
export async function carryOut(lab: LabAddresses, fault: Fault, seed: number): Promise<Judged> {
  const undo = await fault.outage.prepare?.();
  try {
    return await during(lab, fault, { seed, controllers: fault.controllers });
  } finally {
    await undo?.();
  }
}

async function during(lab: LabAddresses, fault: Fault, options: FaultSystemOptions): Promise<Judged> {
  const system = await FaultSystem.start(lab, options);
  let bringBack: (() => Promise<void>) | null = null;
  try {
    const { load, seconds, inTheMiddle } = fault;
    if ("callsPerSecond" in load) system.beginLoad({ ...load, talkMs: [1_000, 8_000] });
    else await system.converse(load.conversations, load.talkMs);
    // This tests the length of an outage, so real time has to pass.
    await delay(aroundMs);
    bringBack = await fault.outage.begin(system);
    await pass(system, seconds === null ? aroundMs : seconds * 1_000, inTheMiddle);
    // Without a standby, the records have to be written by the next controller.
    if (seconds === null) await system.callsOver();
    await bringBack();
    bringBack = null;
    if (seconds !== null) await delay(aroundMs);
    const judged = await system.endLoad();
    await system.nothingLeft();
    return judged;
  } finally {
    try {
      await bringBack?.();
    } finally {
      await system.stop();
    }
  }
}

async function pass(system: FaultSystem, ms: number, inTheMiddle: Outage | undefined): Promise<void> {
  if (inTheMiddle === undefined) return delay(ms);
  await delay(ms / 2);
  const bringBack = await inTheMiddle.begin(system);
  await delay(middleMs);
  await bringBack();
  await delay(Math.max(0, ms / 2 - middleMs));
}
