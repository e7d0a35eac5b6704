import type { Logger } from "../../ops/types.ts";
import type { SpoolFolder } from "./folder.ts";
import type { SpoolBatch } from "./segmentReader.ts";

/** Where the next start continues, and the removal of the segments before it. */
export class Checkpoint {
  readonly #folder: SpoolFolder;
  readonly #logger: Logger;
  /** Segments below this number may be removed once they are in the database. */
  readonly #removableBelow: () => number;
  #removedBelow = 0;
  #isOutdated = false;

  constructor(folder: SpoolFolder, logger: Logger, removableBelow: () => number) {
    this.#folder = folder;
    this.#logger = logger;
    this.#removableBelow = removableBelow;
  }

  /** Call when the database has a batch. Never rejects: without a checkpoint, the next start writes it again, which changes nothing. */
  async moved(batch: Pick<SpoolBatch, "endedLines" | "end">): Promise<void> {
    try {
      await this.#move(batch);
    } catch (error) {
      if (this.#isOutdated) return;
      this.#isOutdated = true;
      this.#logger.warn("Could not write the checkpoint of the spool", { error });
    }
  }

  /** Removes old segments first: on a full disk, that frees the space for the checkpoint. */
  async #move({ endedLines, end }: Pick<SpoolBatch, "endedLines" | "end">): Promise<void> {
    const removeBelow = Math.min(end.segment, this.#removableBelow());
    if (removeBelow > this.#removedBelow) {
      for (const segment of await this.#folder.segments())
        if (segment < removeBelow) await this.#folder.removeSegment(segment);
      this.#removedBelow = removeBelow;
    } else if (endedLines === 0) {
      // If there are only lines of open calls, reading them again is cheaper than a commit.
      return;
    }
    await this.#folder.writeCheckpoint(end);
    this.#isOutdated = false;
  }
}
