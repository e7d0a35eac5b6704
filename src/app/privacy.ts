import type { SpooledCallLog } from "../callLog/spooledCallLog.ts";
import type { AsteriskFile } from "../callLog/asteriskFile/reader.ts";
import type { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import type { NewestCalls } from "../callLog/newestCalls.ts";
import type { Imports } from "../imports/job/imports.ts";
import { searchHere } from "../privacy/here.ts";
import { createInstances } from "../privacy/instances.ts";
import { createPrivacy } from "../privacy/privacy.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { Store } from "../store/types.ts";
import type { SharedParts } from "./bus.ts";
import type { Foundation } from "./foundation.ts";
import type { Live } from "./live.ts";
import type { Numbers } from "./numbers.ts";

interface StartedPrivacy {
  readonly privacy: Privacy;
  close(): void;
}

/** Reports and erasures, here and for other instances. */
export function startPrivacy(
  { settings, clock, logger }: Foundation,
  store: Store,
  parts: {
    readonly shared: SharedParts;
    readonly numbers: Numbers;
    readonly imports: Imports;
    readonly live: Pick<Live, "forgetEnded">;
    readonly newestCalls: NewestCalls;
    readonly erased: ErasedNumbers;
    /** null: this instance handles no calls. */
    readonly logs: { readonly callLog: SpooledCallLog; readonly callFile: AsteriskFile | null } | null;
  },
): StartedPrivacy {
  const { shared, numbers, imports, live, newestCalls, erased, logs } = parts;
  const here = {
    store,
    clock,
    logger,
    node: settings.node.name,
    erased,
    callLog: logs?.callLog ?? null,
    callFile: logs?.callFile ?? null,
    imports,
    uploadDirectory: settings.http.uploadDirectory,
    forget: (number: PhoneNumber) => numbers.forget(number),
    forgetEnded: (isErased: (text: string) => boolean) => {
      live.forgetEnded(isErased);
      newestCalls.forgetHere(isErased);
    },
  };
  const instances = createInstances({
    node: settings.node.name,
    bus: shared.bus,
    clock,
    search: (number, options) => searchHere(here, number, options),
  });
  const privacy = createPrivacy({
    store,
    clock,
    logger,
    instances,
    erased,
    invalidations: numbers.invalidations,
    newestCalls,
    sharedCaches: [shared.sharedCache ?? [], shared.sharedCallers ?? []].flat(),
    defaultCountry: settings.numbers.defaultCountry,
    backupDays: settings.backup.directory === null ? null : settings.backup.keepDays,
  });
  return { privacy, close: () => instances.close() };
}
