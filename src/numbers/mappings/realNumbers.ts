import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { NotRestorableError, RealNumberIsProxyError, RealNumberTakenError } from "../errors.ts";
import { findStandings } from "../pools/standing.ts";
import type { EditableRow } from "./editRows.ts";
import { findOurs } from "./knownNumbers.ts";

/** Whether a mapping may get this real number. Holds while no pool can get new numbers. */
export async function judgeNewReal(manager: EntityManager, realNumber: PhoneNumber): Promise<void> {
  const ours = await findOurs(manager, [realNumber]);
  if (ours.size > 0) throw new RealNumberIsProxyError();
  if (await manager.existsBy(PhoneMapping, { realPhone: realNumber })) throw new RealNumberTakenError();
}

/** The real number of a released mapping that can still be given back. Holds while its pool is locked. */
export async function releasedNumber(
  manager: EntityManager,
  { id, proxyNumber }: EditableRow,
  nowMs: number,
): Promise<PhoneNumber> {
  const standing = (await findStandings(manager, [proxyNumber], nowMs)).get(proxyNumber);
  if (standing?.refusal !== "PROXY_QUARANTINED") throw new NotRestorableError();
  const released = await manager.findOne(PhoneMapping, {
    select: { releasedRealPhone: true },
    where: { id },
  });
  const realNumber = released?.releasedRealPhone ?? null;
  if (realNumber === null) throw new NotRestorableError();
  return realNumber;
}
