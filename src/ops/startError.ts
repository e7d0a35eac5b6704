import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A setting names something unusable. The one-line message names the setting and says what to do. */
export class StartError extends Error {
  readonly code = "START_FAILED";
  readonly setting: string;

  constructor(setting: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${setting}: ${problem}. ${remedy}.`, options);
    this.name = "StartError";
    this.setting = setting;
  }
}

/** The code of a system error, e.g. `EACCES`. */
const systemCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";

/** Whether a file could not be written because of its disk. */
export const isOfDisk = (error: unknown): boolean =>
  /^(?:EDQUOT|EIO|ENOSPC|EROFS|SQLITE_FULL)$/.test(systemCode(error));

/** An unusable file or folder, and what to do about it. `action` is e.g. `written to`. */
export function unusablePath(setting: string, path: string, action: string, error: unknown): StartError {
  const full = resolve(path);
  const code = systemCode(error);
  return new StartError(setting, `${full} cannot be ${action} (${code})`, remedyFor(code, setting, full), {
    cause: error,
  });
}

function remedyFor(code: string, setting: string, path: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM": {
      const user = process.getuid?.() ?? "USER";
      return `Give it to the user that runs this process (chown -R ${user} ${nearestThatExists(path)}), or set ${setting} to another path`;
    }
    case "EROFS":
    case "SQLITE_READONLY":
      return `It is read-only here: mount it for writing, add ReadWritePaths=${nearestThatExists(path)} to the systemd unit, or set ${setting} to another path`;
    case "ENOSPC":
    case "EDQUOT":
    case "SQLITE_FULL":
      return "The disk is full: free some space";
    case "ENOTDIR":
    case "EEXIST":
      return `A part of this path is a file: remove that file, or set ${setting} to another path`;
    case "EISDIR":
      return `It is a folder: set ${setting} to the path of a file`;
    case "ENOENT":
      return `It does not exist: create it, or set ${setting} to another path`;
    default:
      return `Set ${setting} to another path`;
  }
}

function nearestThatExists(path: string): string {
  let place = path;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
