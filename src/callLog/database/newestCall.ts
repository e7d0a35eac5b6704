import { CallLog } from "../../store/entities/calls.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { type NewestCall, type Owner, partyOf, statusesOfReach } from "../rules/newestCall.ts";

/**
 * The newest call since `sinceMs`; null if there is none. Calls of an earlier owner of the proxy number do not count.
 * Rejects with `StoreAwayError` during a database outage.
 */
export async function findNewestCall(
  store: Store,
  { proxyNumber, realNumber }: Owner,
  sinceMs: number,
): Promise<NewestCall | null> {
  const row = await store.read(
    (manager) =>
      manager
        .createQueryBuilder(CallLog, "c")
        .where("c.fakePhone = :proxyNumber", { proxyNumber })
        .andWhere("c.callTimestamp >= :since", { since: toDatabaseTime(sinceMs) })
        .andWhere("c.callStatus IN (:...statuses)", { statuses: statusesOfReach })
        .andWhere(
          "((c.direction = 'in' AND c.realPhone = :realNumber) OR (c.direction = 'return' AND c.callerId = :realNumber))",
          { realNumber },
        )
        .orderBy("c.callTimestamp", "DESC")
        .addOrderBy("c.id", "DESC")
        .limit(1)
        .getOne(),
    { quick: true },
  );
  if (row === null) return null;
  const { callId, callTimestamp, direction, realPhone, callerId } = row;
  const party = partyOf({
    direction: direction === "return" ? "return" : "in",
    realNumber: realPhone,
    callerId,
  });
  return { callId, startedAtMs: callTimestamp, party };
}
