import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Code for a thread that runs this module, `eval: true`. `module` is its address without ending, e.g.
 * `new URL("./workerMain", import.meta.url).href`. From source a thread needs the loader that reads TypeScript, which on
 * Node 20 it does not inherit.
 */
export function bootstrapOf(module: string): string {
  if (import.meta.url.endsWith(".js")) return `import(${JSON.stringify(`${module}.js`)})`;
  // Not by `import.meta.resolve`, which is missing where the loader has turned this module into CommonJS; then what is
  // found is the loader's own CommonJS, which cannot load for another thread.
  const found = createRequire(import.meta.url).resolve("tsx/esm/api");
  const loader = pathToFileURL(found.replace(/\.cjs$/, ".mjs")).href;
  return `import(${JSON.stringify(loader)})
    .then(({ register }) => { register(); return import(${JSON.stringify(`${module}.ts`)}); })`;
}
