import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { RealNumberIsProxyError, RealNumberTakenError } from "../errors.ts";
import { findMapped, findOurs } from "./knownNumbers.ts";

/** Why a mapping may not get one of these real numbers, or null. Holds while no pool can get new numbers. */
export async function refusalOfReal(
  manager: EntityManager,
  realNumbers: readonly PhoneNumber[],
): Promise<(realNumber: PhoneNumber) => RealNumberIsProxyError | RealNumberTakenError | null> {
  const ours = await findOurs(manager, realNumbers);
  const taken = await findMapped(manager, "real_phone", realNumbers);
  return (realNumber) => {
    if (ours.has(realNumber)) return new RealNumberIsProxyError();
    return taken.has(realNumber) ? new RealNumberTakenError() : null;
  };
}

/** Throws if a mapping may not get this real number. */
export async function judgeNewReal(manager: EntityManager, realNumber: PhoneNumber): Promise<void> {
  const refusal = (await refusalOfReal(manager, [realNumber]))(realNumber);
  if (refusal !== null) throw refusal;
}
