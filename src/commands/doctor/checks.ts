import type { PartHealth } from "../../ops/types.ts";

/** Facts for the doctor. null: they could not be determined here. */
export interface Facts {
  /** Null: the application does not respond. */
  readonly health: { readonly parts: Readonly<Record<string, PartHealth>> } | null;
  readonly access: "open" | "required";
  readonly publicUrl: string | null;
  /** Until the certificate ends; null: there is none. */
  readonly certificateDays: number | null;
  /** Names of settings whose password is short or well known. */
  readonly weakPasswords: readonly string[];
  readonly unknownSettings: readonly string[];
  /** Settings that are set but have no effect, and why. */
  readonly withoutEffect: readonly { readonly setting: string; readonly because: string }[];
  readonly backup: "unwatched" | "fresh" | "late" | "missing" | "unreadable";
  readonly backupEncrypted: boolean;
  readonly fullDisks: readonly string[];
  readonly firewall: boolean | null;
  /** Units that do not start with the machine. */
  readonly disabledUnits: readonly string[] | null;
  readonly clockSynchronized: boolean | null;
  readonly monitoring: { readonly scraped: boolean; readonly alerts: boolean } | null;
}

export interface Finding {
  readonly item: string;
  readonly status: "ok" | "missing" | "unchecked";
  readonly words: string;
}

type Check = readonly [item: string, check: (facts: Facts) => string | null | undefined, fine: string];

const leastCertificateDays = 14;

/** The production checklist. Each check says what is missing; null: nothing; undefined: it cannot be checked here. */
const checks: readonly Check[] = [
  [
    "application",
    ({ health }) =>
      health === null
        ? "It does not respond. Start it: systemctl start phone-proxy, and read: journalctl -u phone-proxy"
        : null,
    "It responds.",
  ],
  [
    "parts",
    ({ health }) => {
      if (health === null) return undefined;
      const troubled = Object.entries(health.parts).filter(
        ([name, { status }]) => name !== "backup" && (status === "down" || status === "degraded"),
      );
      return troubled.length === 0
        ? null
        : troubled.map(([name, { detail }]) => `${name}: ${detail}`).join(" ");
    },
    "Asterisk, trunks, database, Redis, and the spool are up.",
  ],
  [
    "passwords",
    ({ weakPasswords }) =>
      weakPasswords.length === 0
        ? null
        : `Short or well known in ${weakPasswords.join(", ")}. Use 12 random characters or more: openssl rand -hex 16`,
    "None is short or well known.",
  ],
  [
    "settings",
    ({ unknownSettings, withoutEffect }) => {
      const words = [
        ...(unknownSettings.length === 0
          ? []
          : [`Unknown, perhaps misspelt: ${unknownSettings.join(", ")}.`]),
        ...withoutEffect.map(({ setting, because }) => `${setting} has no effect: ${because}.`),
      ];
      return words.length === 0 ? null : words.join(" ");
    },
    "All names are known, and every setting has an effect.",
  ],
  [
    "access",
    ({ access }) =>
      access === "required" ? null : "Anyone who can reach the port has full access. Set ACCESS=required.",
    "Users sign in, and programs have keys.",
  ],
  [
    "https",
    ({ publicUrl, certificateDays }) => {
      if (publicUrl?.startsWith("https:") !== true)
        return "Set up nginx with a certificate (deploy/nginx), and set PUBLIC_URL=https://…";
      if (certificateDays === null) return "PUBLIC_URL does not answer with a certificate. Is nginx running?";
      if (certificateDays < 0) return "The certificate has expired. Renew it, and reload nginx.";
      return certificateDays < leastCertificateDays
        ? `The certificate ends in ${Math.floor(certificateDays)} days. Renew it, and reload nginx.`
        : null;
    },
    "The certificate at PUBLIC_URL is good for 14 days or more.",
  ],
  [
    "firewall",
    ({ firewall }) =>
      firewall === null ? undefined : firewall ? null : "No firewall is active. Use deploy/firewall.",
    "A firewall is active.",
  ],
  [
    "monitoring",
    ({ monitoring }) => {
      if (monitoring === null)
        return "Prometheus does not respond. Use deploy/prometheus, or give its address: --prometheus URL";
      if (!monitoring.scraped) return "Prometheus has no target with the job phone-proxy that is up.";
      return monitoring.alerts ? null : "Prometheus has not loaded phone-proxy.rules.yml.";
    },
    "Prometheus has the metrics and the alerts.",
  ],
  [
    "backup",
    ({ backup }) => {
      if (backup === "fresh") return null;
      return backup === "unwatched"
        ? "Set BACKUP_DIR and BACKUP_STATUS_FILE, and enable phone-proxy-backup.timer."
        : "The last backup is missing or too old. Run: systemctl start phone-proxy-backup";
    },
    "The last backup is recent. Try a restore on another machine now and then.",
  ],
  [
    "backup key",
    ({ backupEncrypted }) => (backupEncrypted ? null : "Backups are not encrypted. Set BACKUP_ENCRYPT_TO."),
    "Backups are encrypted.",
  ],
  [
    "disks",
    ({ fullDisks }) =>
      fullDisks.length === 0 ? null : `Less than 10 % of the disk is free for ${fullDisks.join(", ")}.`,
    "10 % or more is free.",
  ],
  [
    "failover",
    ({ disabledUnits }) => {
      if (disabledUnits === null) return undefined;
      return disabledUnits.length === 0
        ? null
        : `Not started at boot: ${disabledUnits.join(", ")}. Run: systemctl enable --now UNIT`;
    },
    "systemd starts and restarts Asterisk and phone-proxy. Try the three recoveries of docs/operation.md once.",
  ],
  [
    "clock",
    ({ clockSynchronized }) =>
      clockSynchronized === null
        ? undefined
        : clockSynchronized
          ? null
          : "It is not synchronized, so times in records are wrong. Run: timedatectl set-ntp true",
    "It is synchronized.",
  ],
];

export const findingsOf = (facts: Facts): readonly Finding[] =>
  checks.map(([item, check, fine]): Finding => {
    const missing = check(facts);
    if (missing === undefined)
      return { item, status: "unchecked", words: "Cannot be checked on this machine or as this user." };
    return missing === null
      ? { item, status: "ok", words: fine }
      : { item, status: "missing", words: missing };
  });
