import { createAsking } from "../bus/asking.ts";
import type { Bus } from "../bus/types.ts";
import type { SteadyClock } from "../ops/types.ts";
import { phoneNumberOrNull, type PhoneNumber } from "../values/phoneNumber.ts";
import { testCallTrunk } from "../values/testCall.ts";
import type { LiveBoard } from "./board.ts";
import type { LiveCall } from "./browserMessages.ts";

const failures = ["underWay", "unreachable", "refused", "stopping"] as const;

/** `stopping`: the instance that was asked is shutting down. */
export type TestCallAnswer =
  | { readonly kind: "placed"; readonly callId: string }
  | { readonly kind: (typeof failures)[number] };

type TestCallResult =
  | TestCallAnswer
  /** No controller is connected to any Asterisk. */
  | { readonly kind: "noController" }
  /** The instance did not answer in time; the board will show whether there is a test call. */
  | { readonly kind: "noAnswer"; readonly node: string };

/** Places test calls on any instance, one at a time. */
export interface TestCalls {
  /** Never rejects. */
  place(proxyNumber: PhoneNumber): Promise<TestCallResult>;
  /** A test call in progress or of the last minutes; null if the board does not have it. */
  find(callId: string): LiveCall | null;
  /** Idempotent. */
  close(): void;
}

interface TestCallsOptions {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly board: Pick<LiveBoard, "calls" | "ended" | "followed">;
  readonly clock: SteadyClock;
  /** null if this instance handles no calls. */
  readonly here: {
    readonly instance: string;
    readonly place: (asterisk: string, proxyNumber: PhoneNumber) => Promise<TestCallAnswer>;
  } | null;
  readonly timeoutMs?: number;
}

const isTest = ({ inboundTrunk }: LiveCall): boolean => inboundTrunk === testCallTrunk;

export function createTestCalls({
  bus,
  board,
  clock,
  here,
  timeoutMs = 10_000,
}: TestCallsOptions): TestCalls {
  const asking = createAsking<TestCallAnswer>({
    bus,
    clock,
    topic: "live.testCall",
    timeoutMs,
    here: here && {
      instance: here.instance,
      async answer({ asterisk, proxyNumber }) {
        const number = typeof proxyNumber === "string" ? phoneNumberOrNull(proxyNumber) : null;
        if (typeof asterisk !== "string" || number === null) return { kind: "refused" };
        return { ...(await here.place(asterisk, number)) };
      },
    },
    read: ({ kind, callId }) =>
      kind === "placed" && typeof callId === "string"
        ? { kind, callId }
        : { kind: failures.find((one) => one === kind) ?? "refused" },
  });

  return {
    async place(proxyNumber) {
      if (board.calls().some(isTest)) return { kind: "underWay" };
      // Every instance chooses the same Asterisk, and that allows one test call at a time.
      const [first] = board.followed();
      if (first === undefined) return { kind: "noController" };
      const { instance, node, asterisk } = first;
      return (await asking.ask(instance, { asterisk, proxyNumber })) ?? { kind: "noAnswer", node };
    },
    find: (callId) =>
      [...board.calls(), ...board.ended()].find((call) => call.callId === callId && isTest(call)) ?? null,
    close: () => asking.close(),
  };
}
