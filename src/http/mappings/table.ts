import type { ExportedMapping } from "../../numbers/mappings/types.ts";
import { presentNumberOrNull } from "../../access/rules/present.ts";
import { phoneCell } from "../formats/phoneCell.ts";
import { expiryText } from "../../values/expiryText.ts";
import type { MappingView } from "./present.ts";
import { callerIdText } from "../../values/mapping.ts";
import { isoTime, stateAt } from "../server/presenters.ts";
import type { Sight } from "../../access/rules/present.ts";

interface MappingColumn {
  /** Recognized by the import. */
  readonly header: (timeZone: string) => string;
  readonly cell: (mapping: ExportedMapping, nowMs: number, viewer: Sight, timeZone: string) => string | null;
}

const policyCell = (policy: ExportedMapping["callerIdPolicy"]): string | null =>
  policy?.kind === "fixed" ? `fixed:${phoneCell(policy.number)}` : callerIdText(policy);

function realCell({ realNumber }: ExportedMapping, viewer: Sight): string | null {
  const shown = presentNumberOrNull(realNumber, viewer);
  return shown === null ? null : phoneCell(shown);
}

const isReleased = ({ state }: ExportedMapping): boolean => state === "quarantined";

/**
 * The columns of an export. A released mapping has no real number, so that importing the file again does not map it
 * anew; the column with its former number tells the import that there is nothing to do.
 */
const mappingColumns: readonly MappingColumn[] = [
  {
    header: () => "real_number",
    cell: (one, _, viewer) => (isReleased(one) ? null : realCell(one, viewer)),
  },
  { header: () => "proxy_number", cell: ({ proxyNumber }) => phoneCell(proxyNumber) },
  { header: () => "state", cell: (one, nowMs) => stateAt(one, nowMs) },
  { header: () => "label", cell: ({ label }) => label },
  { header: () => "reference", cell: ({ reference }) => reference },
  {
    // Names the time zone of its dates, which may be another where the file is imported.
    header: (timeZone) => `expires_at (${timeZone})`,
    cell: ({ expiresAtMs }, _atMs, _viewer, timeZone) =>
      expiresAtMs === null ? null : expiryText(expiresAtMs, timeZone),
  },
  { header: () => "created_at_utc", cell: ({ createdAtMs }) => isoTime(createdAtMs) },
  { header: () => "pool", cell: ({ poolName }) => poolName },
  { header: () => "caller_id", cell: ({ callerIdPolicy }) => policyCell(callerIdPolicy) },
  {
    header: () => "proxy_was_for",
    cell: (one, _, viewer) => (isReleased(one) ? realCell(one, viewer) : null),
  },
];

export const mappingHeaders = (timeZone: string): readonly string[] =>
  mappingColumns.map(({ header }) => header(timeZone));

/** One array of cells per mapping, chunk by chunk. */
export async function* mappingRows(
  chunks: AsyncIterable<readonly ExportedMapping[]>,
  { nowMs, timeZone }: MappingView,
  viewer: Sight,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  for await (const chunk of chunks) {
    const atMs = nowMs();
    yield chunk.map((mapping) => mappingColumns.map(({ cell }) => cell(mapping, atMs, viewer, timeZone)));
  }
}
