import { z } from "zod";
import { loadSettings, type SettingsSource } from "../../../config/settings.ts";
import type { Settings } from "../../../config/types.ts";
import { watchedFolders } from "../../app/monitoringMetrics.ts";
import { createBackupWatch } from "../../ops/backup.ts";
import { certificateEnd } from "../../ops/certificate.ts";
import { systemClock } from "../../ops/clock.ts";
import { diskSpace } from "../../ops/disks.ts";
import { ownUrl } from "../../ops/ownUrl.ts";
import { outputOf } from "../../ops/programs.ts";
import { passwordOf } from "../../store/dataSource.ts";
import { dayMs } from "../../values/durations.ts";
import type { Facts } from "./checks.ts";

const leastFreeShare = 0.1;
const shortestPassword = 12;
const wellKnown = /pass|secret|change|admin|asterisk|phone.?proxy|qwerty|1234/i;
const patienceMs = 5_000;

interface DoctorOptions {
  /** URL of Prometheus. */
  readonly prometheus: string;
}

/** Queries the running system. */
export async function gatherFacts(source: SettingsSource, { prometheus }: DoctorOptions): Promise<Facts> {
  const settings = loadSettings(source);
  const { access, backup } = settings;
  const watch = createBackupWatch({ ...backup, clock: systemClock });
  await watch.look();
  watch.close();
  const isHttps = access.publicUrl?.startsWith("https:") === true;
  const endsAtMs = isHttps ? await certificateEnd(access.publicUrl ?? "").catch(() => null) : null;
  return {
    health: await askJson(`${ownUrl(settings.http)}/health`, healthAnswer),
    access: access.mode,
    publicUrl: access.publicUrl,
    certificateDays: endsAtMs === null ? null : (endsAtMs - systemClock.nowMs()) / dayMs,
    weakPasswords: weakPasswords(settings),
    unknownSettings: settings.unknownSettings,
    withoutEffect: settings.withoutEffect,
    backup: watch.state.status,
    backupEncrypted: backup.encryptTo !== null,
    fullDisks: await fullDisks(settings),
    firewall: await firewall(),
    disabledUnits: await disabledUnits(),
    clockSynchronized: await clockSynchronized(),
    monitoring: await monitoring(prometheus),
  };
}

const healthAnswer = z.object({
  parts: z
    .record(z.string(), z.object({ status: z.enum(["up", "degraded", "down", "off"]), detail: z.string() }))
    .default({}),
});

async function askJson<T>(url: string, shape: z.ZodType<T>): Promise<T | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    return shape.safeParse(await response.json()).data ?? null;
  } catch {
    return null;
  }
}

const isWeak = (password: string): boolean => password.length < shortestPassword || wellKnown.test(password);

function weakPasswords({ asterisk, database }: Settings): readonly string[] {
  const ofDatabase = passwordOf(database);
  return [
    ...(ofDatabase !== null && isWeak(ofDatabase) ? ["DATABASE_URL"] : []),
    ...(asterisk.servers.some(({ password }) => isWeak(password)) ? ["ASTERISK_PASSWORD"] : []),
  ];
}

async function fullDisks(settings: Settings): Promise<readonly string[]> {
  const full: string[] = [];
  for (const [name, folder] of watchedFolders(settings)) {
    const space = await diskSpace(folder).catch(() => null);
    if (space !== null && space.freeBytes / space.totalBytes < leastFreeShare) full.push(name);
  }
  return full;
}

/** The output of a program of the system; null if it is missing or this user may not run it. */
const asked = (command: readonly [string, ...string[]]): Promise<string | null> =>
  outputOf(command, { from: command[0] }).catch(() => null);

async function firewall(): Promise<boolean | null> {
  const rules = await asked(["nft", "list", "ruleset"]);
  return rules === null ? null : /\bhook input\b/.test(rules);
}

async function disabledUnits(): Promise<readonly string[] | null> {
  if ((await asked(["systemctl", "list-units", "--no-legend"])) === null) return null;
  const disabled: string[] = [];
  for (const unit of ["phone-proxy.service", "phone-proxy-backup.timer", "asterisk.service"])
    if ((await asked(["systemctl", "is-enabled", unit])) === null) disabled.push(unit);
  return disabled;
}

async function clockSynchronized(): Promise<boolean | null> {
  const answer = await asked(["timedatectl", "show", "--property=NTPSynchronized", "--value"]);
  return answer === null ? null : answer.trim() === "yes";
}

const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ health: z.string(), labels: z.record(z.string(), z.string()) })),
  }),
});
const loadedRules = z.object({
  data: z.object({ groups: z.array(z.object({ rules: z.array(z.object({ name: z.string() })) })) }),
});

async function monitoring(prometheus: string): Promise<Facts["monitoring"]> {
  const found = await askJson(`${prometheus}/api/v1/targets?state=active`, targets);
  if (found === null) return null;
  const rules = await askJson(`${prometheus}/api/v1/rules?type=alert`, loadedRules);
  return {
    scraped: found.data.activeTargets.some(
      ({ health, labels }) => health === "up" && labels["job"] === "phone-proxy",
    ),
    alerts:
      rules?.data.groups.some((group) => group.rules.some(({ name }) => name === "PhoneProxyDown")) === true,
  };
}
