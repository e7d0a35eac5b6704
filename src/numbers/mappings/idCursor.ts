import { BadCursorError } from "../../store/errors.ts";

/** A cursor of a list ordered by ID, which needs no encryption. */
export function writeIdCursor(id: number): string {
  return Buffer.from(`id:${id}`).toString("base64url");
}

/** Throws `BadCursorError`. */
export function readIdCursor(cursor: string): number {
  const id = /^id:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (id === undefined) throw new BadCursorError();
  return Number(id);
}
