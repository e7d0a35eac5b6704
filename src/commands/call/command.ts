import { loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { createCallReader } from "../../callLog/database/callReader.ts";
import { systemClock } from "../../ops/clock.ts";
import { withoutMigrations } from "../../store/dataSource.ts";
import { StoreAwayError } from "../../store/errors.ts";
import type { Store } from "../../store/types.ts";
import { JournalError, logLines } from "../logLines.ts";
import { recordAction } from "../recordAction.ts";
import { withStore } from "../withStore.ts";
import { readCallOptions } from "./options.ts";
import { spooledCall } from "./spooled.ts";
import { logLine, recordLines, timelineLines } from "./story.ts";

/** Resolves with the story of a call. Shows unmasked numbers only after the audit log has recorded who asked. */
export async function callCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<readonly string[]> {
  const { callId, numbers, log } = readCallOptions(args);
  const { database, spool } = loadSettings(source);
  const stored = await withStore(withoutMigrations(database), (store) =>
    storedCall(store, callId, numbers),
  ).catch((error: unknown) => {
    if (error instanceof StoreAwayError && !numbers) return error;
    throw error;
  });
  const lines = [`Call ${callId}`];
  const call =
    stored === null || stored instanceof StoreAwayError ? await spooledCall(spool.directory, callId) : stored;
  if (stored instanceof StoreAwayError) lines.push(`  The database is not available: ${stored.message}`);
  if (call === null) lines.push("  No record was found in the database or in the spool of this machine.");
  else {
    if (call !== stored)
      lines.push("  From the spool of this machine; the database has no record of it yet.");
    lines.push(...recordLines({ ...call }, { numbers }), ...headed("Timeline", timelineLines({ ...call })));
  }
  return [...lines, ...headed("Log", await loggedLines(callId, log))];
}

async function storedCall(store: Store, callId: string, numbers: boolean) {
  if (numbers)
    await recordAction(store, { action: "reveal", target: { kind: "calls", id: callId }, details: null });
  return createCallReader(store, systemClock).find(callId);
}

async function loggedLines(callId: string, file: string | null): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const line of logLines({ file, text: callId }))
      if (names(line, callId)) found.push(logLine(line));
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    found.push(`  ${error.message}`);
  }
  if (found.length === 0)
    found.push(
      file === null
        ? "  No line of the journal names this call. If the log is elsewhere, add --log FILE."
        : "  No line names this call.",
    );
  return found;
}

/** Whether the line names this call, and not one whose ID only begins or ends like it. */
const names = (line: string, callId: string): boolean =>
  line.split(callId).some((before, index, parts) => {
    const after = parts[index + 1];
    return after !== undefined && !/[\w-]$/.test(before) && !/^(?:[\w-]|\.\w)/.test(after);
  });

const headed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];
