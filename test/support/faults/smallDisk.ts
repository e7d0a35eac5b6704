import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { run } from "../../../lab/run.ts";
import { fillDisk } from "../fillDisk.ts";

/** A disk of its own below one folder, which can be filled without harm to others. Needs root. */
export class SmallDisk {
  readonly #folder: string;
  #filling: string | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The contents of the folder are out of reach until `remove()`. The owner of the folder owns the disk. */
  static async below(folder: string, size: string): Promise<SmallDisk> {
    mkdirSync(folder, { recursive: true });
    // A run that was killed left it.
    if (readFileSync("/proc/mounts", "utf8").includes(` ${folder} tmpfs `))
      await run(["umount", "--lazy", folder]);
    const { uid, gid, mode } = statSync(folder);
    const owner = `uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`;
    await run(["mount", "-t", "tmpfs", "-o", `size=${size},${owner}`, "tmpfs", folder]);
    return new SmallDisk(folder);
  }

  fill(): void {
    this.#filling ??= fillDisk(this.#folder);
  }

  free(): void {
    if (this.#filling !== null) rmSync(this.#filling, { force: true });
    this.#filling = null;
  }

  /** With what is on it. A program that still has a file open keeps that file. */
  async remove(): Promise<void> {
    await run(["umount", "--lazy", this.#folder]);
  }
}
