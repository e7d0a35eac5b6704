import { arch, release, totalmem } from "node:os";
import { outputOf } from "../../ops/programs.ts";
import { readVersion } from "../../ops/version.ts";

const programs: readonly (readonly [string, ...string[]])[] = [
  ["asterisk", "-V"],
  ["mysqld", "--version"],
  ["redis-server", "--version"],
  ["nginx", "-v"],
];

/** Versions of the application and of the programs it depends on, as far as they are on this machine. */
export async function versions(): Promise<string> {
  const lines = [
    `phone-proxy ${readVersion()}`,
    `Node ${process.version}`,
    `${process.platform} ${release()} ${arch()}, ${Math.round(totalmem() / 2 ** 20)} MB`,
    await firstLine(["sh", "-c", '. /etc/os-release && echo "$PRETTY_NAME"']),
  ];
  for (const command of programs) lines.push(await firstLine(command));
  return lines
    .filter((line) => line !== "")
    .map((line) => `${line}\n`)
    .join("");
}

const firstLine = async (command: readonly [string, ...string[]]): Promise<string> =>
  ((await outputOf(command, { from: command[0] }).catch(() => "")).split("\n")[0] ?? "").trim();
