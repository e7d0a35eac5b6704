import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { allDone } from "../../ops/programs.ts";
import { startDecryption } from "../backup/encryption.ts";
import type { Manifest } from "../backup/manifest.ts";

/** Decrypts and decompresses a file of a backup, and resolves with the path of the result in `scratch`. */
export async function unpack(
  { folder, manifest, key, scratch }: UnpackOptions,
  plainName: string,
): Promise<string> {
  const { encryption } = manifest;
  const name = encryption === null ? `${plainName}.gz` : `${plainName}.gz.${encryption}`;
  const result = join(scratch, plainName);
  const source = createReadStream(join(folder, name));
  const target = createWriteStream(result, { mode: 0o600 });
  if (encryption === null) {
    await pipeline(source, createGunzip(), target);
    return result;
  }
  if (key === null) throw new Error("An encrypted backup needs a key.");
  const decrypting = await startDecryption(encryption, key, scratch);
  await allDone(
    Promise.all([pipeline(source, decrypting.input), pipeline(decrypting.output, createGunzip(), target)]),
    [decrypting.done],
  );
  return result;
}

export interface UnpackOptions {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly key: string | null;
  /** A private folder. */
  readonly scratch: string;
}
