import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { SettingName } from "../../config/schema.ts";
import type { Settings } from "../../config/types.ts";
import { isSpoolFile } from "../callLog/spool/folder.ts";
import { isUploadFolder } from "../imports/job/uploadFolders.ts";
import { makePrivateFile, makePrivateFolder, tighten } from "../ops/privateFiles.ts";
import { StartError, unusablePath } from "../ops/startError.ts";
import type { Logger } from "../ops/types.ts";
import { databaseFile } from "../store/dataSource.ts";
import { isOfDatabase } from "../store/sqliteFile.ts";

/** A folder that contains our files, and possibly others. */
interface Place {
  readonly setting: SettingName;
  readonly folder: string;
  /** Whether a file or folder with this name in it is ours. */
  readonly isOurs: (name: string) => boolean;
}

const { R_OK, W_OK, X_OK } = constants;

/**
 * Creates the configured folders, checks that our files in them are usable, and removes other users' access to
 * them. Throws a `StartError` that names the setting.
 */
export function prepareFiles(settings: Settings, logger: Logger): void {
  const places = placesOf(settings);
  // Asterisk runs as another user and needs access to its file.
  const { asteriskCallFile } = settings;
  const asterisksWay = asteriskCallFile === null ? "" : resolve(asteriskCallFile);
  for (const place of places) claim(place);
  const file = databaseFile(settings.database);
  if (file !== null) requireSqlite(file);
  const closed = new Set<SettingName>();
  const open = new Set<SettingName>();
  for (const place of places) {
    const { setting, folder } = place;
    const paths = ownPathsIn(place);
    // Leave shared folders, such as the working folder, unchanged.
    if (isOursAlone(place, places) && !isAbove(folder, asterisksWay)) paths.push(folder);
    else if (isOpenToWriters(folder)) open.add(setting);
    for (const path of paths) {
      const result = tighten(path);
      if (result === "closed") closed.add(setting);
      if (result === "foreign") open.add(setting);
    }
  }
  if (closed.size > 0)
    logger.warn("Removed other users' access to files of these settings", {
      settings: [...closed],
    });
  if (open.size > 0)
    logger.warn(
      "Other users have access to folders or files of these settings, which contain phone numbers",
      {
        settings: [...open],
      },
    );
}

function placesOf({ database, spool, node, http }: Settings): Place[] {
  const places: Place[] = [];
  const file = databaseFile(database);
  if (file !== null) {
    places.push({
      setting: "DATABASE_URL",
      folder: dirname(resolve(file)),
      isOurs: (name) => isOfDatabase(file, name),
    });
  }
  // Only instances that handle calls write call records.
  if (node.role !== "web")
    places.push({ setting: "SPOOL_DIR", folder: resolve(spool.directory), isOurs: isSpoolFile });
  places.push({ setting: "UPLOAD_DIR", folder: resolve(http.uploadDirectory), isOurs: isUploadFolder });
  return places;
}

/** Checks that the folder exists and that we have the access we need to it and to our files. */
function claim(place: Place): void {
  const { setting, folder } = place;
  attempt(setting, folder, "created", () => makePrivateFolder(folder));
  attempt(setting, folder, "written to", () => accessSync(folder, R_OK | W_OK | X_OK));
  // A previous start as another user leaves files that this one cannot read.
  for (const path of ownPathsIn(place))
    attempt(setting, path, "read and written", () => {
      // Another instance that shares the folder may have removed it.
      const status = statSync(path, { throwIfNoEntry: false });
      if (status !== undefined) accessSync(path, status.isDirectory() ? R_OK | W_OK | X_OK : R_OK | W_OK);
    });
}

/** Our files and folders in this folder, recursively. */
function ownPathsIn({ setting, folder, isOurs }: Place): string[] {
  const paths: string[] = [];
  const add = (path: string, isFolder: boolean): void => {
    paths.push(path);
    if (!isFolder) return;
    for (const entry of entriesOf(setting, path)) add(join(path, entry.name), entry.isDirectory());
  };
  for (const entry of entriesOf(setting, folder))
    if (isOurs(entry.name) && !entry.isSymbolicLink()) add(join(folder, entry.name), entry.isDirectory());
  return paths;
}

function entriesOf(setting: SettingName, folder: string) {
  return attempt(setting, folder, "read", () =>
    existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [],
  );
}

/** Whether the folder contains only our files and folders, and what a file system has at its root. */
function isOursAlone({ setting, folder, isOurs }: Place, places: readonly Place[]): boolean {
  const leadsToUs = (path: string): boolean =>
    places.some((other) => other.folder === path || isAbove(path, other.folder));
  return entriesOf(setting, folder).every(
    ({ name }) => isOurs(name) || name === "lost+found" || leadsToUs(join(folder, name)),
  );
}

const isAbove = (folder: string, path: string): boolean => path.startsWith(`${folder}${sep}`);

/** Whether other users could replace our files. The sticky bit, as on /tmp, prevents that. */
function isOpenToWriters(folder: string): boolean {
  const { mode } = statSync(folder);
  return (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
}

/** Each file is checked once per process: closing it releases SQLite's locks held by open connections. */
const known = new Set<string>();

function requireSqlite(file: string): void {
  const setting = "DATABASE_URL";
  attempt(setting, file, "opened", () => makePrivateFile(file));
  if (known.has(resolve(file))) return;
  known.add(resolve(file));
  const head = Buffer.alloc(16);
  const bytes = attempt(setting, file, "read", () => {
    const descriptor = openSync(file, "r+");
    try {
      return readSync(descriptor, head);
    } finally {
      closeSync(descriptor);
    }
  });
  if (bytes > 0 && head.toString("latin1") !== "SQLite format 3\0")
    throw new StartError(
      setting,
      `${resolve(file)} is not a SQLite database`,
      `Move the file ${basename(file)} away, or set ${setting} to another path`,
    );
}

function attempt<Result>(setting: SettingName, path: string, action: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw unusablePath(setting, path, action, error);
  }
}
