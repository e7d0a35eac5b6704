/** For names of files: the time in UTC, without characters that a file name cannot have. */
export const fileTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace(":", "-")}Z`;
