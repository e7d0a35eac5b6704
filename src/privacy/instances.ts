import { randomUUID } from "node:crypto";
import type { Bus } from "../bus/types.ts";
import { sleep } from "../ops/sleep.ts";
import type { SteadyClock } from "../ops/types.ts";
import type { InstanceFindings } from "./types.ts";

const requestTopic = "privacy.request";
const answerTopic = "privacy.answer";

interface Request {
  readonly id: string;
  readonly number: string;
  readonly erase: boolean;
}

interface Answer {
  readonly id: string;
  readonly instance: string;
  /** null: the instance has begun. */
  readonly findings: InstanceFindings | null;
}

export interface Instances {
  /** Asks every instance that can be heard, this one included, and waits for all. */
  ask(number: string, erase: boolean): Promise<readonly InstanceFindings[]>;
  close(): void;
}

interface InstancesParts {
  readonly bus: Bus;
  readonly clock: SteadyClock;
  readonly search: (number: string, options: { readonly erase: boolean }) => Promise<InstanceFindings>;
}

/** By then, every instance has said that it has begun. */
const hearMs = 1_000;
/** Longer than an instance takes for each of its steps. */
const waitMs = 90_000;

/** The number is in a message on the bus, which Redis does not keep. */
export function createInstances({ bus, clock, search }: InstancesParts): Instances {
  const instance = randomUUID();
  const answers = new Map<string, Map<string, InstanceFindings | null>>();
  const stops = [
    bus.subscribe(requestTopic, (payload) => {
      const request = requestOf(payload);
      if (request === null) return;
      const { id, number, erase } = request;
      bus.publish(answerTopic, { id, instance, findings: null });
      void search(number, { erase }).then((findings) => bus.publish(answerTopic, { id, instance, findings }));
    }),
    bus.subscribe(answerTopic, (payload) => {
      const answer = answerOf(payload);
      if (answer !== null) answers.get(answer.id)?.set(answer.instance, answer.findings);
    }),
  ];

  return {
    async ask(number, erase) {
      const id = randomUUID();
      const heard = new Map<string, InstanceFindings | null>();
      answers.set(id, heard);
      bus.publish(requestTopic, { id, number, erase });
      // Without Redis there is only this one, and it has begun.
      if (bus.health.status !== "off") await sleep(clock, hearMs);
      const untilMs = clock.steadyMs() + waitMs;
      while ([...heard.values()].includes(null) && clock.steadyMs() < untilMs) await sleep(clock, 20);
      answers.delete(id);
      return [...heard.values()].flatMap((findings) => findings ?? []);
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

const fieldOf = (payload: unknown, name: string): unknown =>
  typeof payload === "object" && payload !== null ? Reflect.get(payload, name) : undefined;

function requestOf(payload: unknown): Request | null {
  const [id, number, erase] = [fieldOf(payload, "id"), fieldOf(payload, "number"), fieldOf(payload, "erase")];
  return typeof id === "string" && typeof number === "string" && typeof erase === "boolean"
    ? { id, number, erase }
    : null;
}

function answerOf(payload: unknown): Answer | null {
  const [id, instance, found] = [
    fieldOf(payload, "id"),
    fieldOf(payload, "instance"),
    fieldOf(payload, "findings"),
  ];
  if (typeof id !== "string" || typeof instance !== "string") return null;
  const count = (name: string): number => Number(fieldOf(found, name) ?? 0);
  const findings =
    found === null
      ? null
      : {
          node: String(fieldOf(found, "node")),
          spoolLines: count("spoolLines"),
          callFileLines: count("callFileLines"),
          importFiles: count("importFiles"),
          isComplete: fieldOf(found, "isComplete") === true,
        };
  return { id, instance, findings };
}
