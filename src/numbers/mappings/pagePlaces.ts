import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Secret } from "../../store/entities/shared.ts";
import type { Reading } from "../../store/types.ts";
import { BadCursorError } from "../../store/errors.ts";

/** The sort value and the ID of the last row of a page. */
export interface PagePlace {
  /** null: the row has no sort value. */
  readonly value: string | number | null;
  readonly id: number;
}

/**
 * Encrypted list cursors. They are in URLs and contain numbers and names, so clients can neither read nor forge
 * them. A cursor stays valid whatever happens to its row.
 */
interface PagePlaces {
  /** `list` identifies the list and its order; a cursor is valid for that list only. */
  seal(list: string, place: PagePlace): Promise<string>;
  /** Throws `BadCursorError` for cursors of other lists. */
  open(list: string, sealed: string): Promise<PagePlace>;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** All instances share one key, which is in the database, like the data it protects. */
export function createPagePlaces(store: Reading): PagePlaces {
  let known: Buffer | null = null;

  async function key(): Promise<Buffer> {
    if (known) return known;
    const row = await store.read((manager) => manager.findOneBy(Secret, { name: "page_places" }));
    if (!row) throw new Error("The key of the list cursors is not in the database.");
    known = Buffer.from(row.value, "hex");
    return known;
  }

  return {
    async seal(list, { value, id }) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, await key(), nonce).setAAD(Buffer.from(list));
      const hidden = Buffer.concat([cipher.update(JSON.stringify([value, id])), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString("base64url");
    },

    async open(list, sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length <= nonceBytes + tagBytes) throw new BadCursorError();
      const decipher = createDecipheriv(algorithm, await key(), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(list))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      try {
        const shown = Buffer.concat([
          decipher.update(bytes.subarray(nonceBytes + tagBytes)),
          decipher.final(),
        ]);
        return readPlace(JSON.parse(shown.toString()));
      } catch {
        throw new BadCursorError();
      }
    },
  };
}

function readPlace(read: unknown): PagePlace {
  if (!Array.isArray(read)) throw new BadCursorError();
  const [value, id]: unknown[] = read;
  const isValue = value === null || typeof value === "string" || typeof value === "number";
  if (!isValue || typeof id !== "number" || !Number.isInteger(id)) throw new BadCursorError();
  return { value, id };
}
