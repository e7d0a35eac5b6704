import { mysqlUrl, plainText, wholeNumber } from "../fields.ts";
import { optional, setting } from "../setting.ts";

/** Settings of the commands for backup and restoring, and of what monitors them. */
export const backupSettings = {
  BACKUP_DIR: optional(plainText, {
    section: "Backup",
    about: "Folder for backups (see [Backup](operation.md#backup)). Use a different disk from the data.",
    form: "the path of a folder",
  }),
  BACKUP_KEEP_DAYS: setting(wholeNumber(1, 3650), {
    section: "Backup",
    about: "Backups older than this are removed after a successful one. The newest always stays.",
    form: "a whole number of days from 1 to 3650",
    fallback: "30",
  }),
  BACKUP_ENCRYPT_TO: optional(plainText, {
    section: "Backup",
    about:
      "The key that backups are encrypted for: an age recipient, or a file with a GPG public key. Keep the private key elsewhere. " +
      "If not set, backups are not encrypted.",
    form: "`age1…`, or the path of a file",
  }),
  BACKUP_DATABASE_URL: optional(mysqlUrl, {
    section: "Backup",
    about: "The same MySQL database for a read-only account. If not set, backups use `DATABASE_URL`.",
    form: "`mysql://user:password@host:3306/database`",
    secret: true,
  }),
  BACKUP_ASTERISK_DIR: setting(plainText, {
    section: "Backup",
    about: "Folder of Asterisk's configuration, if Asterisk is on this machine.",
    form: "the path of a folder",
    fallback: "/etc/asterisk",
  }),
  BACKUP_STATUS_FILE: optional(plainText, {
    section: "Backup",
    about:
      "File that a backup writes when it is done. The System page shows its age, and health warns when it is too old. " +
      "If not set, backups are not monitored.",
    form: "the path of a file",
  }),
  BACKUP_MAX_AGE_HOURS: setting(wholeNumber(1, 8760), {
    section: "Backup",
    about: "How old the last backup may be before health warns.",
    form: "a whole number from 1 to 8760",
    fallback: "26",
  }),
};
