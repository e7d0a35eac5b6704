import { ensureLab, type LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { withLabLock } from "../../lab/lock.ts";

const turnKey = Symbol.for("phone-proxy lab turn");

/**
 * Stored in the process and not in this module. Mocha loads some test files with `require` and others with `import`,
 * and this module once with each, so that the run would wait for itself.
 */
const turns = globalThis as { [turnKey]?: Promise<void> };

/**
 * Reserves the lab for this process until it ends. Two concurrent test runs would take the Stasis application from each
 * other, and one would stop servers that the other is using.
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
