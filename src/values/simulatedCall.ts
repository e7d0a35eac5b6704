import type { CallDirection, CallStatus, StatusReason } from "./callRecord.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** The outcome that a call would have, without placing it. */
export type SimulatedCall =
  | {
      readonly decision: "connect";
      readonly direction: CallDirection;
      readonly realNumber: PhoneNumber;
      /** null: none. */
      readonly shownNumber: string | null;
      /** The outbound trunk that is tried first. */
      readonly trunk: string;
    }
  | {
      readonly decision: "refuse";
      readonly status: CallStatus;
      readonly reason: StatusReason | null;
      /** Q.850. */
      readonly cause: number;
      /** The situation that the announcement explains; null for none. */
      readonly announcement: string | null;
    };
