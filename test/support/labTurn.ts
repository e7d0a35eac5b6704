import { ensureLab, type LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { withLabLock } from "../../lab/lock.ts";

const turnKey = Symbol.for("phone-proxy lab turn");

/**
 * Kept by the process and not by this module: mocha loads some test files by `require` and others by `import`, and
 * this module with each of them, so that it would wait for itself.
 */
const turns = globalThis as { [turnKey]?: Promise<void> };

/**
 * The lab, for this process alone until it ends. Two runs of the tests at once would take the Stasis
 * application from each other, and one would stop the servers that the other is using.
 */
export async function labForTests(): Promise<LabAddresses> {
  turns[turnKey] ??= new Promise((resolve, reject) => {
    const forEver = (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    const waiting = (): void => console.log("    waiting for another run of tests on this lab");
    withLabLock(`${labLayout().directory}#tests`, forEver, waiting).catch(reject);
  });
  await turns[turnKey];
  return ensureLab();
}
