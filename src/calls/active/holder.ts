import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../ops/types.ts";
import { holderOf } from "./rules/lease.ts";

/**
 * This controller as the holder of leases. The ID stays the same when the process is started again: it is in the
 * spool folder, which only one process at a time can have. So it recognises its own earlier lease.
 */
export function readHolder(node: string, spoolFolder: string, logger: Logger): string {
  const file = join(spoolFolder, "controller");
  let id = "";
  try {
    if (existsSync(file)) id = readFileSync(file, "utf8").trim();
    if (!/^[0-9a-f]{16}$/.test(id)) {
      id = randomBytes(8).toString("hex");
      writeFileSync(`${file}.new`, `${id}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
  } catch (error) {
    // The disk may be full. A new ID costs a restart three seconds.
    logger.warn("Cannot keep the ID of this controller in SPOOL_DIR", { error });
  }
  return holderOf(node, id);
}
