import type { PartHealth, PartKind } from "./types.ts";

type ReportedPart = PartHealth & { readonly kind: PartKind };

interface HealthReport {
  /** `down`: calls cannot be handled. `degraded`: they can, but something needs attention. */
  readonly status: "up" | "degraded" | "down";
  readonly parts: Readonly<Record<string, ReportedPart>>;
}

interface PartOptions {
  readonly kind: PartKind;
  /** Calls cannot be handled while this part is `down`. */
  readonly needed: boolean;
  /** Parts of a group replace each other, as several Asterisks do: the group is down only if all of them are. */
  readonly group?: string;
}

interface Part extends PartOptions {
  readonly name: string;
  readonly read: () => PartHealth;
}

/** Collects the health of each part. Parts answer from memory, without network requests. */
export class HealthRegistry {
  readonly #parts = new Map<string, Part>();

  /** Returns a function that unregisters the part. */
  register(name: string, options: PartOptions, read: () => PartHealth): () => void {
    if (this.#parts.has(name)) throw new Error(`The health of ${name} is already registered.`);
    const part = { name, read, ...options };
    this.#parts.set(name, part);
    return () => {
      if (this.#parts.get(name) === part) this.#parts.delete(name);
    };
  }

  report(): HealthReport {
    const parts: Record<string, ReportedPart> = {};
    const neededGroups = new Map<string, boolean>();
    let degraded = false;
    for (const part of this.#parts.values()) {
      const health = readSafely(part);
      parts[part.name] = { kind: part.kind, ...health };
      if (health.status === "degraded" || health.status === "down") degraded = true;
      if (part.needed) {
        const group = part.group === undefined ? `part ${part.name}` : `group ${part.group}`;
        neededGroups.set(group, (neededGroups.get(group) ?? false) || health.status !== "down");
      }
    }
    const down = [...neededGroups.values()].some((usable) => !usable);
    return { status: down ? "down" : degraded ? "degraded" : "up", parts };
  }
}

function readSafely({ read, name }: Part): PartHealth {
  try {
    return read();
  } catch (error) {
    return {
      status: "down",
      detail: `${name} cannot report its health (${error instanceof Error ? error.name : "error"})`,
    };
  }
}
