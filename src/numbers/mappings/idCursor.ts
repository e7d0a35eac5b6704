import { BadCursorError } from "../../store/errors.ts";

/** A place in a list that goes by ids, which tell nobody anything. */
export function writeIdCursor(id: number): string {
  return Buffer.from(`id:${id}`).toString("base64url");
}

/** Throws `BadCursorError`. */
export function readIdCursor(cursor: string): number {
  const id = /^id:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (id === undefined) throw new BadCursorError();
  return Number(id);
}
