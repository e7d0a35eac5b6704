import { ensureLab, type LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { withLabLock } from "../../lab/lock.ts";

let turn: Promise<void> | null = null;

/**
 * The lab, for this process alone until it ends. Two runs of the tests at once would take the Stasis
 * application from each other, and one would stop the servers that the other is using.
 */
export async function labForTests(): Promise<LabAddresses> {
  turn ??= new Promise((resolve, reject) => {
    const forEver = (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    const waiting = (): void => console.log("    waiting for another run of tests on this lab");
    withLabLock(`${labLayout().directory}#tests`, forEver, waiting).catch(reject);
  });
  await turn;
  return ensureLab();
}
