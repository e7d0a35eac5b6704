import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isSpoolFile } from "../../callLog/spool/folder.ts";
import { kindOf, openCallOf, recordOf } from "../../callLog/spool/line.ts";
import type { CallRecord, OpenCall } from "../../values/callRecord.ts";

/** The newest entry for a call in this machine's spool; null if there is none. */
export async function spooledCall(directory: string, callId: string): Promise<CallRecord | OpenCall | null> {
  let found: CallRecord | OpenCall | null = null;
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((one) => isSpoolFile(one) && /\.(?:spool|lines)$/.test(one)).toSorted())
    for (const line of (await readFile(join(directory, name), "utf8").catch(() => "")).split("\n")) {
      if (!line.includes(callId)) continue;
      const bytes = Buffer.from(line);
      const kind = kindOf(bytes);
      const call = kind === "ended" ? recordOf(bytes) : kind === "opened" ? openCallOf(bytes) : null;
      if (call?.callId === callId) found = call;
    }
  return found;
}
