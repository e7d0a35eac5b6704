import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

/** A file of the web pages, held in memory in each form in which it is sent. */
export interface WebFile {
  /** Media type. */
  readonly type: string;
  /** Of the content, for `ETag`. */
  readonly tag: string;
  readonly plain: Buffer;
  /** null where compressing does not pay. */
  readonly brotli: () => Promise<Buffer | null>;
  readonly gzip: () => Promise<Buffer | null>;
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

/** Kept in memory: each form is made once, in a thread of zlib, when it is first asked for. */
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
          // The best takes seconds for what is large.
          [constants.BROTLI_PARAM_QUALITY]: plain.length > 500_000 ? 9 : 11,
          [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        },
      }),
    ),
  };
}
