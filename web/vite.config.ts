import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const application = process.env["APPLICATION_URL"] ?? "http://127.0.0.1:8080";

/** Everything that the browser gets comes from our own server; nothing is inlined, because the CSP forbids it. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    port: 5173,
    // Pages lie under /app/, files of the development server under /src/, /@… and /node_modules/.
    proxy: {
      "^/(?!app(/|$)|src/|@|node_modules/|icon\\.svg|theme\\.js|\\?|$)": { target: application, ws: true },
    },
  },
});
