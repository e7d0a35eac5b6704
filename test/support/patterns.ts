import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "vite";

/** A regular expression in the source. */
export interface SourcePattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const root = new URL("../../", import.meta.url);

/** All regular expressions of the application and of its pages, from the syntax trees of their files. */
export function sourcePatterns(): readonly SourcePattern[] {
  const files = ["src/", "web/src/"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => folder + name),
  );
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, root), "utf8");
    const { program, errors } = parseSync(file, text);
    if (errors.length > 0) throw new Error(`${file} cannot be parsed.`);
    const found: SourcePattern[] = [];
    look(program, (source, flags) => found.push({ file, source, flags }));
    return found;
  });
}

function look(node: unknown, found: (source: string, flags: string) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) look(one, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const pattern: unknown = Reflect.get(node, "regex");
  if (typeof pattern === "object" && pattern !== null)
    found(String(Reflect.get(pattern, "pattern")), String(Reflect.get(pattern, "flags")));
  for (const value of Object.values(node)) look(value, found);
}

/** Those that modules build when they are loaded, of the files that name `new RegExp`. */
export async function builtPatterns(files: readonly string[]): Promise<readonly SourcePattern[]> {
  const found: SourcePattern[] = [];
  const Native = RegExp;
  let file = "";
  globalThis.RegExp = new Proxy(Native, {
    construct(target, [source, flags = ""]: [string | RegExp, string?]) {
      found.push({ file, source: String(source), flags });
      return new target(source, flags);
    },
  });
  try {
    for (file of files) await import(`${new URL(file, root).href}?built`);
  } finally {
    globalThis.RegExp = Native;
  }
  return found;
}
