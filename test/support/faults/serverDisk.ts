import { join } from "node:path";
import { type PartName, startPart, stopPart } from "../../../lab/lab.ts";
import { labLayout } from "../../../lab/layout.ts";
import { SmallDisk } from "./smallDisk.ts";
import { type Undo, undoable } from "./undoable.ts";

/** A small disk below one folder of a server of the lab, which is stopped while it gets and loses the disk. */
export class ServerDisk {
  readonly #part: PartName;
  readonly #folder: string;
  readonly #size: string;
  #disk: SmallDisk | null = null;

  constructor(part: PartName, folder: string, size: string) {
    this.#part = part;
    this.#folder = folder;
    this.#size = size;
  }

  /** The result undoes it. */
  async prepare(): Promise<Undo> {
    if (this.#disk !== null) return () => Promise.resolve();
    return undoable(async (undoWith) => {
      undoWith(() => startPart(this.#part));
      await stopPart(this.#part);
      const disk = await SmallDisk.below(join(labLayout().root, this.#folder), this.#size);
      this.#disk = disk;
      undoWith(async () => {
        await disk.remove();
        this.#disk = null;
      });
      undoWith(async () => void (await stopPart(this.#part)));
      await startPart(this.#part);
    });
  }

  get disk(): SmallDisk {
    if (this.#disk === null) throw new Error("Prepare this outage first.");
    return this.#disk;
  }
}
