import { LessThan, MoreThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { SignInAddress } from "../store/entities/access.ts";
import { rowOf, text } from "../store/row.ts";
import { plainRows } from "../store/sql.ts";
import { dayMs } from "../values/durations.ts";

/** How long an address is known after the user's last sign-in there. */
const knownForMs = 90 * dayMs;

/** `network`: as of `visitorNetwork`. */
interface AddressOfUser {
  readonly userId: number;
  readonly network: string;
}

/** Whether the user has signed in at this address, not too long ago. */
export const isKnownAddress = (
  manager: EntityManager,
  { userId, network }: AddressOfUser,
  atMs: number,
): Promise<boolean> =>
  manager.existsBy(SignInAddress, { userId, network, lastAt: MoreThan(atMs - knownForMs) });

export async function rememberAddress(
  manager: EntityManager,
  { userId, network }: AddressOfUser,
  atMs: number,
): Promise<void> {
  await manager.upsert(SignInAddress, { userId, network, lastAt: atMs }, ["userId", "network"]);
}

export async function forgetAddresses(manager: EntityManager, userId: number): Promise<void> {
  await manager.delete(SignInAddress, { userId });
}

export async function sweepAddresses(manager: EntityManager, atMs: number): Promise<void> {
  await manager.delete(SignInAddress, { lastAt: LessThan(atMs - knownForMs) });
}

const mostRemembered = 20_000;

/**
 * Where users are known, as far as this instance has heard. Those who are known have turns of their own even before the
 * database is asked. Nothing but the order depends on it.
 */
export class RememberedAddresses {
  #all = new Set<string>();

  has(username: string, network: string): boolean {
    return this.#all.has(entryOf(username, network));
  }

  add(username: string, network: string): void {
    this.#all.add(entryOf(username, network));
  }

  /** From all instances, and from before the start. */
  async read(manager: EntityManager, atMs: number): Promise<void> {
    const query = manager
      .createQueryBuilder(SignInAddress, "address")
      .innerJoin("User", "user", "user.id = address.userId")
      .select("user.username", "username")
      .addSelect("address.network", "network")
      .where({ lastAt: MoreThan(atMs - knownForMs) })
      .orderBy("address.lastAt", "DESC")
      .limit(mostRemembered);
    const rows = await plainRows(query, rowOf({ username: text, network: text }));
    this.#all = new Set(rows.map(({ username, network }) => entryOf(username, network)));
  }
}

const entryOf = (username: string, network: string): string => `${network} ${username}`;
