import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Secret } from "../../store/entities/shared.ts";
import type { Store } from "../../store/types.ts";
import { BadCursorError } from "../../store/errors.ts";

/** What a list is sorted by, and where in it a page ended: the value of its last row, and the row's id. */
export interface PagePlace {
  /** null: the row has no value to sort by. */
  readonly value: string | number | null;
  readonly id: number;
}

/**
 * Places in lists, as they stand in addresses: nobody can read them, because they hold numbers and names, and
 * nobody can make them up. A place keeps its meaning whatever becomes of the row that it was taken from.
 */
export interface PagePlaces {
  /** `list` names the list and its order; a place means nothing to another one. */
  seal(list: string, place: PagePlace): Promise<string>;
  /** Throws `BadCursorError` for what was not sealed for this list. */
  open(list: string, sealed: string): Promise<PagePlace>;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** All instances have one key; it is in the database, as what it hides is. */
export function createPagePlaces(store: Store): PagePlaces {
  let known: Buffer | null = null;

  async function key(): Promise<Buffer> {
    if (known) return known;
    const row = await store.read((manager) => manager.findOneBy(Secret, { name: "page_places" }));
    if (!row) throw new Error("The key of the page places is not in the database.");
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
