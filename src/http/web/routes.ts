import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Context } from "koa";
import { frontPage } from "./frontPage.ts";
import { HttpProblem } from "../server/problems.ts";
import { pagesFor } from "../server/route.ts";
import { readWebFiles } from "./files.ts";
import type { WebFile, WebFiles } from "./files.ts";

/** Names with a content hash never change their content. */
const hashed = /^\/assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * Scripts, styles, and connections of our own server only, and nothing inline. Frameworks may set individual styles
 * from a script.
 */
const policy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "object-src 'none'",
].join("; ");

export interface WebPorts {
  /** null while the pages are not built. */
  readonly files: () => WebFiles | null;
}

/** Reads the built pages on the first request. `directory`: by default that of `npm run build:web`. */
export function createWebPorts(directory: string = builtPages()): WebPorts {
  let known: WebFiles | null = null;
  return { files: () => (known ??= readWebFiles(directory)) };
}

const page = pagesFor<WebPorts>();

/**
 * The web pages: `/`, `/app/…` (each page has its own URL below it, which no API path shadows), and the files that
 * they load. While they are not built, `/` is a plain page that explains how to build them.
 */
export const webPages = [
  ...["/", "/app", "/app/*rest"].map((path) =>
    page({ path, may: "public" }, async ({ ctx, ports: { files } }) => {
      const index = files()?.get("/index.html");
      ctx.set("Content-Security-Policy", policy);
      if (index !== undefined) {
        ctx.set("Cache-Control", "no-cache");
        await send(ctx, index);
      } else {
        ctx.type = "html";
        ctx.body = frontPage;
      }
    }),
  ),

  ...["/assets/:name", "/icon.svg", "/theme.js"].map((path) =>
    page({ path, may: "public" }, async ({ ctx, ports: { files } }) => {
      const found = files()?.get(ctx.path);
      if (found === undefined) throw fileUnknown();
      ctx.set("Cache-Control", hashed.test(ctx.path) ? "public, max-age=31536000, immutable" : "no-cache");
      await send(ctx, found);
    }),
  ),
];

const fileUnknown = (): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: "NOT_FOUND",
    detail: "This file of the web pages does not exist.",
    remedy: "Reload the page. It may have been upgraded.",
  });

/** Sends a file from memory; 304 if the client already has it. */
export async function send(ctx: Context, file: WebFile): Promise<void> {
  const { type, tag, plain, brotli, gzip } = file;
  ctx.set("Vary", "Accept-Encoding");
  const encoding = ctx.acceptsEncodings("br", "gzip", "identity");
  const packed = encoding === "br" ? await brotli() : encoding === "gzip" ? await gzip() : null;
  const form = packed === null ? "" : `-${String(encoding)}`;
  ctx.etag = `${tag}${form}`;
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  if (packed !== null && typeof encoding === "string") ctx.set("Content-Encoding", encoding);
  ctx.set("Content-Type", type);
  ctx.body = packed ?? plain;
}

/** Next to the sources, whether run from source or compiled in `dist`. */
function builtPages(): string {
  const candidates = ["../../../web/dist", "../../../../web/dist"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((path) => existsSync(path)) ?? candidates[0] ?? "web/dist";
}
