import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

export const manifestFile = "manifest.json";

const manifest = z.object({
  format: z.literal(1),
  /** The version that made it. */
  version: z.string(),
  node: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  encryption: z.enum(["age", "gpg"]).nullable(),
  files: z.array(z.object({ name: z.string().regex(/^[\w.-]+$/), bytes: z.number(), sha256: z.string() })),
});

/** Contents of a backup, without personal data. */
export type Manifest = z.output<typeof manifest>;

/** Throws an error for the operator. */
export function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestFile), "utf8");
  } catch {
    throw new Error(`${folder} is not a backup: it has no ${manifestFile}.`);
  }
  const parsed = manifest.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`The backup in ${folder} was made by a version that this one cannot read.`);
  return parsed.data;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Throws an error that names the first file that has changed since it was written. */
export async function requireIntact(folder: string, { files }: Manifest): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const file = join(folder, name);
    const size = (await stat(file).catch(() => null))?.size;
    if (size === undefined) throw new Error(`The backup is incomplete: ${name} is missing.`);
    if (size !== bytes || (await sha256Of(file)) !== sha256)
      throw new Error(`The backup is damaged: ${name} has changed since it was written.`);
  }
}
