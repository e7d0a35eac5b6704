import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pagesFor } from "../server/route.ts";
import type { WebFile } from "../web/files.ts";
import { prepared } from "../web/files.ts";
import { send } from "../web/routes.ts";

const distribution = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));

/** The only files of the distribution to serve. */
const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
} as const;

const isAsset = (name: string): name is keyof typeof assets => Object.hasOwn(assets, name);

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phone Proxy: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A separate file, because the content security policy does not allow inline scripts. */
const start = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true });\n`;

const files = new Map<string, WebFile>();

function fileOf(name: keyof typeof assets): WebFile {
  const known = files.get(name) ?? prepared(readFileSync(join(distribution, name)), assets[name]);
  files.set(name, known);
  return known;
}

const page = pagesFor<object>();

/** Swagger UI, which sends no requests to other hosts. */
export const docsPages = [
  page({ path: "/docs", may: "signedIn" }, ({ ctx }) => {
    ctx.type = "html";
    ctx.body = html;
  }),

  page({ path: "/docs/start.js", may: "signedIn" }, ({ ctx }) => {
    ctx.type = "text/javascript";
    ctx.body = start;
  }),

  page({ path: "/docs/:file", may: "signedIn" }, async ({ ctx }) => {
    const name = String(ctx["params"].file);
    if (!isAsset(name)) return;
    // Cached by the browser, but only for viewers with access.
    ctx.set("Cache-Control", "private, no-cache");
    await send(ctx, fileOf(name));
  }),
];
