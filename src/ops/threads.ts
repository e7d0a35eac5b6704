/**
 * Code for a thread that runs this module, `eval: true`. `module` is its address without ending, e.g.
 * `new URL("./workerMain", import.meta.url).href`. From source a thread needs the loader that reads TypeScript, which on
 * Node 20 it does not inherit.
 */
export function bootstrapOf(module: string): string {
  if (import.meta.url.endsWith(".js")) return `import(${JSON.stringify(`${module}.js`)})`;
  return `import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))})
    .then(({ register }) => { register(); return import(${JSON.stringify(`${module}.ts`)}); })`;
}
