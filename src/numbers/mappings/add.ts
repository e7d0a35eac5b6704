import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { ProxyNumberRefusedError, RealNumberIsProxyError, RealNumberTakenError } from "../errors.ts";
import type { MappingDetails, MappingReader, MapRow, NumberMapper } from "../types.ts";

interface NewMapping extends MapRow {
  /** A proxy number that has to be free; null: any of the pool. */
  readonly proxyNumber: PhoneNumber | null;
  /** null: the default pool. */
  readonly poolId: number | null;
}

/**
 * Gives one real number a proxy number. Rejects with `RealNumberTakenError`, `RealNumberIsProxyError`,
 * `ProxyNumberRefusedError`, or `NoPoolError`.
 */
export type AddMapping = (one: NewMapping) => Promise<MappingDetails>;

export function createAdding(
  mapper: Pick<NumberMapper, "map" | "pair">,
  mappings: Pick<MappingReader, "findByReal">,
): AddMapping {
  return async ({ proxyNumber, poolId, ...row }) => {
    const [result] =
      proxyNumber === null
        ? await mapper.map([row], poolId === null ? {} : { poolId })
        : await mapper.pair([{ ...row, proxyNumber, poolName: null }]);
    if (result === undefined) throw new Error("A row has got no result.");
    if (result.kind === "existing") throw new RealNumberTakenError();
    if (result.kind === "refused")
      throw result.code === "REAL_NUMBER_IS_PROXY"
        ? new RealNumberIsProxyError()
        : new ProxyNumberRefusedError(result.code);
    const added = await mappings.findByReal(row.realNumber);
    if (added === null) throw new Error("A new mapping is gone.");
    return added;
  };
}
