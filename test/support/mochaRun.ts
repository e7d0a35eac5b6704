import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

export interface MochaRun {
  readonly status: number | null;
  readonly stdout: string;
  /** Both outputs, in the order in which they arrived. */
  readonly output: string;
}

/** Runs Mocha in a process of its own, with `.mocharc.json`, and resolves once it has ended. */
export async function runMocha(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<MochaRun> {
  const child = spawn(process.execPath, [mocha, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  await once(child, "close");
  return { status: child.exitCode, stdout, output };
}
