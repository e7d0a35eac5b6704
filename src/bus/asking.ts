import { randomUUID } from "node:crypto";
import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import type { Bus } from "./types.ts";

type Fields = Readonly<Record<string, unknown>>;

interface AskingOptions<Answer> {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly clock: SteadyClock;
  readonly topic: string;
  readonly timeoutMs: number;
  /** This instance's ID, and how it answers; null if it never does. `answer` must not reject. */
  readonly here: {
    readonly instance: string;
    readonly answer: (question: Fields) => Fields | Promise<Fields>;
  } | null;
  readonly read: (answer: Fields) => Answer;
}

/** Asks one instance to do something. */
interface Asking<Answer> {
  /** null if the instance does not answer in time. Never rejects. */
  ask(instance: string, question: Fields): Promise<Answer | null>;
  /** Idempotent. */
  close(): void;
}

const isFields = (payload: unknown): payload is Fields => typeof payload === "object" && payload !== null;

export function createAsking<Answer>({
  bus,
  clock,
  topic,
  timeoutMs,
  here,
  read,
}: AskingOptions<Answer>): Asking<Answer> {
  const answerTopic = `${topic}.answer`;
  const waiting = new Map<string, (answer: Fields) => void>();

  async function answer(id: string, question: Fields): Promise<void> {
    if (here !== null) bus.publish(answerTopic, { id, ...(await here.answer(question)) });
  }

  const stops = [
    bus.subscribe(topic, (payload) => {
      if (here === null || !isFields(payload)) return;
      const { id, instance } = payload;
      if (typeof id === "string" && instance === here.instance) void answer(id, payload);
    }),
    bus.subscribe(answerTopic, (payload) => {
      if (isFields(payload) && typeof payload["id"] === "string") waiting.get(payload["id"])?.(payload);
    }),
  ];

  return {
    ask(instance, question) {
      const id = randomUUID();
      return new Promise((resolve) => {
        const settle = (result: Answer | null): void => {
          waiting.delete(id);
          stopWaiting();
          resolve(result);
        };
        const stopWaiting = setPatientTimer(clock, () => settle(null), timeoutMs);
        waiting.set(id, (fields) => settle(read(fields)));
        bus.publish(topic, { ...question, id, instance });
      });
    },
    close() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
