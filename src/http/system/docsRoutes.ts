import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Router } from "@koa/router";
import type { Aside } from "../server/aside.ts";
import type { WebFile } from "../web/files.ts";
import { prepared } from "../web/files.ts";
import { send } from "../web/routes.ts";

const distribution = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));

/** The only files of the distribution that are served. */
const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
} as const;

const isAsset = (name: string): name is keyof typeof assets => Object.hasOwn(assets, name);

const page = `<!doctype html>
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

/** A file of its own, because the content security policy allows no script within the page. */
const start = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true });\n`;

/** `GET /openapi.json` and `GET /docs`, which asks no other host for anything. */
export function addDocsRoutes(router: Router, aside: Pick<Aside, "apiDocument">): void {
  router.get("/openapi.json", async (ctx) => {
    // Made when it is first asked for: most instances never are.
    ctx.body = await aside.apiDocument();
    ctx.type = "application/json";
  });

  router.get("/docs", (ctx) => {
    ctx.type = "html";
    ctx.body = page;
  });

  router.get("/docs/start.js", (ctx) => {
    ctx.type = "text/javascript";
    ctx.body = start;
  });

  const files = new Map<string, WebFile>();
  router.get("/docs/:file", async (ctx) => {
    const { file = "" } = ctx.params;
    if (!isAsset(file)) return;
    let known = files.get(file);
    if (known === undefined) {
      known = prepared(readFileSync(join(distribution, file)), assets[file]);
      files.set(file, known);
    }
    // Kept by the browser, but only for whoever may see it.
    ctx.set("Cache-Control", "private, no-cache");
    await send(ctx, known);
  });
}
