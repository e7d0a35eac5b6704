import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** A file of the web pages, held in memory in each form in which it is sent. */
export interface WebFile {
  /** Media type. */
  readonly type: string;
  readonly plain: Buffer;
  /** null where compressing does not pay. */
  readonly brotli: Buffer | null;
  readonly gzip: Buffer | null;
}

/** By the path in the address, e.g. `/assets/index-4f3a.js`. */
export type WebFiles = ReadonlyMap<string, WebFile>;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".json": "application/json; charset=utf-8",
};

/**
 * Reads all built pages of a folder, some hundred kilobytes. A request then only names an entry of the map:
 * there is no path for it to lead astray. null when they are not built.
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

function prepared(plain: Buffer, type: string): WebFile {
  const gzip = gzipSync(plain, { level: 9 });
  if (gzip.length > plain.length * 0.9) return { type, plain, brotli: null, gzip: null };
  const brotli = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  });
  return { type, plain, brotli, gzip };
}
