import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

/** A file of the web pages, in memory in each encoding. */
export interface WebFile {
  /** Media type. */
  readonly type: string;
  /** Hash of the content, for `ETag`. */
  readonly tag: string;
  readonly plain: Buffer;
  /** null if compression does not pay. */
  readonly brotli: () => Promise<Buffer | null>;
  readonly gzip: () => Promise<Buffer | null>;
}

/** By path, e.g. `/assets/index-4f3a.js`. */
export type WebFiles = ReadonlyMap<string, WebFile>;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".json": "application/json; charset=utf-8",
};

/**
 * Reads all built pages of a folder, a few hundred kilobytes. Requests only select an entry of the map, so path
 * traversal is impossible. null if they are not built.
 */
export function readWebFiles(directory: string): WebFiles | null {
  let paths: string[];
  try {
    paths = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return null;
  }
  const files = new Map<string, WebFile>();
  for (const path of paths) {
    const name = `/${relative(directory, path).split(sep).join("/")}`;
    const type = types[extname(path)];
    if (type !== undefined) files.set(name, prepared(readFileSync(path), type));
  }
  return files.has("/index.html") ? files : null;
}

/** Kept in memory: each encoding is created once, in a zlib thread, on the first request. */
export function prepared(plain: Buffer, type: string): WebFile {
  const tag = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  const inForm = (make: () => Promise<Buffer>): (() => Promise<Buffer | null>) => {
    let making: Promise<Buffer | null> | null = null;
    return () => (making ??= make().then((packed) => (packed.length > plain.length * 0.9 ? null : packed)));
  };
  return {
    type,
    tag,
    plain,
    gzip: inForm(() => toGzip(plain, { level: 9 })),
    brotli: inForm(() =>
      toBrotli(plain, {
        params: {
          // The best quality takes seconds for large files.
          [constants.BROTLI_PARAM_QUALITY]: plain.length > 500_000 ? 9 : 11,
          [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        },
      }),
    ),
  };
}
