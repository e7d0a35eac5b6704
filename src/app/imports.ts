import { createImports } from "../imports/job/createImports.ts";
import type { Imports } from "../imports/job/imports.ts";
import { observeImports } from "../imports/job/observe.ts";
import { createRunnerThread } from "../imports/worker/thread.ts";
import type { Store } from "../store/types.ts";
import type { Foundation } from "./foundation.ts";
import type { Numbers } from "./numbers.ts";

interface OpenImports {
  readonly imports: Imports;
  close(): Promise<void>;
}

/** @param callsInProgress imports slow down while it returns true. */
export function openImports(
  foundation: Foundation,
  {
    store,
    numbers,
    callsInProgress,
  }: { readonly store: Store; readonly numbers: Numbers; readonly callsInProgress: () => boolean },
): OpenImports {
  const { settings, clock, logger } = foundation;
  const directory = settings.http.uploadDirectory;
  const node = settings.node.name;
  const runner = createRunnerThread(
    { invalidations: numbers.invalidations, logger, clock, callsInProgress },
    {
      address: settings.database,
      directory,
      defaultCountry: settings.numbers.defaultCountry,
      acceptPremium: settings.numbers.acceptPremium,
      timeZone: settings.numbers.timeZone,
      node,
    },
  );
  const imports = createImports({ store, runner, clock, directory, node });
  // Imports left unfinished by an earlier run or another instance resume by themselves.
  store.ready().then(
    () => runner.wake(),
    () => undefined,
  );
  observeImports(imports, foundation);
  return { imports, close: () => runner.close() };
}
