import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { secretValues } from "../../../config/secretValues.ts";
import { givenVariables, loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { settingsWithoutSecrets } from "../../../config/withoutSecrets.ts";
import { systemClock } from "../../ops/clock.ts";
import { ownUrl } from "../../ops/ownUrl.ts";
import { outputOf } from "../../ops/programs.ts";
import { redactText } from "../../ops/redact.ts";
import { doctorCommand } from "../doctor/command.ts";
import { logLines, redactedLine } from "../logLines.ts";
import { readSupportOptions } from "./options.ts";
import { redactedJson, redactedMetrics, redactedSettings, withoutSecrets } from "./redaction.ts";
import { versions } from "./versions.ts";

const newestLines = 10_000;
const patienceMs = 10_000;

/** Makes the bundle, and resolves with what was done, in words. A part that is not available says why. */
export async function supportCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<readonly string[]> {
  const { output, log, apiKey } = readSupportOptions(args);
  const { http } = loadSettings(source);
  const given = givenVariables(source);
  const secrets = [...secretValues(given), ...(apiKey === null ? [] : [apiKey])];
  const time = new Date(systemClock.nowMs()).toISOString().slice(0, 19).replaceAll(":", "-");
  const name = `phone-proxy-support-${time}Z`;
  const url = ownUrl(http);
  const parts: Readonly<Record<string, () => Promise<string>>> = {
    "versions.txt": versions,
    "settings.env": async () => redactedSettings(settingsWithoutSecrets(given)),
    "health.json": async () => redactedJson(await answerOf(`${url}/health`, apiKey)),
    "metrics.txt": async () => redactedMetrics(await answerOf(`${url}/metrics`, apiKey)),
    "checklist.txt": async () => redactText((await doctorCommand([], source)).lines.join("\n")),
    "log.txt": () => newestLog(log),
  };
  const scratch = await mkdtemp(join(tmpdir(), "phone-proxy-support-"));
  try {
    const folder = join(scratch, name);
    await mkdir(folder);
    for (const [file, part] of Object.entries(parts)) {
      const text = await part().catch(
        (error: unknown) => `${redactText(error instanceof Error ? error.message : String(error))}\n`,
      );
      await writeFile(join(folder, file), withoutSecrets(text, secrets));
    }
    const target = resolve(output ?? `${name}.tar.gz`);
    await outputOf(["tar", "--create", "--gzip", "--file", target, "--directory", scratch, name], {
      from: "tar",
    });
    await chmod(target, 0o600);
    return [`${target} has ${Object.keys(parts).join(", ")}. Review it before you share it.`];
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function answerOf(address: string, apiKey: string | null): Promise<string> {
  const response = await fetch(address, {
    signal: AbortSignal.timeout(patienceMs),
    ...(apiKey !== null && { headers: { Authorization: `Bearer ${apiKey}` } }),
  }).catch(() => {
    throw new Error("The application does not respond.");
  });
  if (response.status === 401 || response.status === 403)
    throw new Error("Needs an API key with the scope system.read: --key-file FILE.");
  return response.text();
}

async function newestLog(file: string | null): Promise<string> {
  let lines: string[] = [];
  for await (const line of logLines({ file, newest: newestLines })) {
    lines.push(redactedLine(line));
    if (lines.length >= 2 * newestLines) lines = lines.slice(-newestLines);
  }
  if (lines.length === 0)
    return file === null
      ? "The journal has no lines of phone-proxy.service. If the log is elsewhere, add --log FILE.\n"
      : "The log is empty.\n";
  return lines
    .slice(-newestLines)
    .map((line) => `${line}\n`)
    .join("");
}
