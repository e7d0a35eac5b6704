/** The time in UTC for file names, without characters that they cannot contain. */
export const fileTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace(":", "-")}Z`;
