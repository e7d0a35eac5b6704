import { readFileSync } from "node:fs";

/** File descriptors for files, databases, Redis, and Asterisks. */
const otherDescriptors = 256;

interface Pooled {
  /** null: one of our reverse proxies. */
  readonly network: string | null;
  readonly kind: "waiting" | "answering" | "upgraded";
}

/** The open connections, and how many there may be. Of those that are idle, the oldest makes room for a new one. */
export class ConnectionPool<Connection extends Pooled> {
  readonly #most: number;
  readonly #perNetwork: number;
  readonly #close: (connection: Connection) => void;
  readonly #all = new Set<Connection>();
  readonly #byNetwork = new Map<string, Set<Connection>>();

  /** @param close called for an idle connection that makes room. */
  constructor(
    { total, perAddress }: { readonly total: number; readonly perAddress: number },
    close: (connection: Connection) => void,
  ) {
    this.#most = withinDescriptors(total);
    this.#perNetwork = perAddress;
    this.#close = close;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#all.values();
  }

  /** Makes room for a new connection from this network. Returns the limit that does not allow it, or null. */
  makeRoomFor(network: string | null): "address" | "total" | null {
    const own = this.#of(network);
    if (this.#perNetwork > 0 && own !== undefined && own.size >= this.#perNetwork && !this.#closeIdle(own))
      return "address";
    return this.#most > 0 && this.#all.size >= this.#most && !this.#closeIdle(this.#all) ? "total" : null;
  }

  add(connection: Connection): void {
    const { network } = connection;
    this.#all.add(connection);
    if (network === null) return;
    const own = this.#of(network);
    if (own === undefined) this.#byNetwork.set(network, new Set([connection]));
    else own.add(connection);
  }

  delete(connection: Connection): void {
    const { network } = connection;
    this.#all.delete(connection);
    const own = this.#of(network);
    if (network === null || own === undefined) return;
    own.delete(connection);
    if (own.size === 0) this.#byNetwork.delete(network);
  }

  /** From now on, this connection has been idle for the shortest time. */
  becameIdle(connection: Connection): void {
    for (const set of [this.#all, this.#of(connection.network)]) {
      // Sets keep insertion order. A response may end after its connection, which must not be added again.
      if (set?.delete(connection) === true) set.add(connection);
    }
  }

  #of(network: string | null): Set<Connection> | undefined {
    return network === null ? undefined : this.#byNetwork.get(network);
  }

  /** False: there is no connection to close. */
  #closeIdle(set: Set<Connection>): boolean {
    for (const connection of set) {
      if (connection.kind !== "waiting") continue;
      this.delete(connection);
      this.#close(connection);
      return true;
    }
    return false;
  }
}

/** Limited by the descriptors of the process, minus those it needs itself. */
function withinDescriptors(wanted: number): number {
  try {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    if (!Number.isInteger(limit)) return wanted;
    const left = Math.max(limit - otherDescriptors, Math.floor(limit / 2));
    return wanted === 0 ? left : Math.min(wanted, left);
  } catch {
    // Not Linux.
    return wanted;
  }
}
