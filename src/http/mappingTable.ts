import type { MappingDetails } from "../numbers/types.ts";
import { presentMapping } from "./presenters.ts";
import type { PresentedMapping, Sight } from "./presenters.ts";

export interface MappingColumn {
  /** Names the time zone, and is known to the import. */
  readonly header: string;
  readonly cell: (mapping: PresentedMapping) => string | null;
}

/**
 * What an export has of a mapping. A released mapping has no real number any more, so that importing the file
 * again does not map it anew; whose the proxy number was stands in a column that the import passes over.
 */
export const mappingColumns: readonly MappingColumn[] = [
  { header: "real_number", cell: (one) => (one.state === "quarantined" ? null : one.realNumber) },
  { header: "proxy_number", cell: ({ proxyNumber }) => proxyNumber },
  { header: "state", cell: ({ state }) => state },
  { header: "label", cell: ({ label }) => label },
  { header: "reference", cell: ({ reference }) => reference },
  { header: "expires_at_utc", cell: ({ expiresAt }) => expiresAt },
  { header: "created_at_utc", cell: ({ createdAt }) => createdAt },
  { header: "pool", cell: ({ pool }) => pool?.name ?? null },
  { header: "caller_id", cell: ({ callerId }) => callerId },
  { header: "proxy_was_for", cell: (one) => (one.state === "quarantined" ? one.realNumber : null) },
];

/** One array of cells for each mapping, chunk by chunk. */
export async function* mappingRows(
  chunks: AsyncIterable<readonly MappingDetails[]>,
  nowMs: () => number,
  viewer: Sight,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  for await (const chunk of chunks) {
    const atMs = nowMs();
    yield chunk.map((mapping) => {
      const presented = presentMapping(mapping, atMs, viewer);
      return mappingColumns.map(({ cell }) => cell(presented));
    });
  }
}
