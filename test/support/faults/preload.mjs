import { readFileSync } from "node:fs";

/**
 * Loaded into a controller before the application. On SIGUSR2 it sets the clock of this process, and of nothing else, as
 * many milliseconds ahead as the file says, and collects garbage, so that memory in use can be measured. JavaScript,
 * because the compiled application runs without a loader of TypeScript.
 */
const file = process.env["FAULT_CLOCK_FILE"] ?? "";
const SystemDate = Date;
let aheadMs = 0;

globalThis.Date = class extends SystemDate {
  constructor(...values) {
    if (values.length === 0) super(SystemDate.now() + aheadMs);
    else super(...values);
  }

  static now() {
    return SystemDate.now() + aheadMs;
  }
};

process.on("SIGUSR2", () => {
  aheadMs = Number(readFileSync(file, "utf8"));
  globalThis.gc?.();
});
