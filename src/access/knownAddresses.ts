import { LessThan, MoreThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { SignInAddress } from "../store/entities/access.ts";
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
