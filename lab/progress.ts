/** Receives complete lines for humans. */
export type Progress = (line: string) => void;

type Step = readonly [title: string, work: () => Promise<void>];

const HEARTBEAT_MS = 10_000;

const secondsSince = (startedAtMs: number): string => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;

/** Runs steps in order and reports the number, title, and duration of each. */
export const steps = async (progress: Progress, list: readonly Step[]): Promise<void> => {
  for (const [index, [title, work]] of list.entries()) {
    const label = `[${index + 1}/${list.length}] ${title}`;
    const startedAtMs = Date.now();
    progress(`${label} ...`);
    const heartbeat = setInterval(() => progress(`${label} ... ${secondsSince(startedAtMs)}`), HEARTBEAT_MS);
    try {
      await work();
    } finally {
      clearInterval(heartbeat);
    }
    progress(`${label}: done in ${secondsSince(startedAtMs)}`);
  }
};
