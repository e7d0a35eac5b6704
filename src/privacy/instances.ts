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
  /** False: the instance has begun, and has found nothing yet. */
  readonly isDone: boolean;
  readonly findings: InstanceFindings;
}

export interface Instances {
  /**
   * Asks every instance that can be heard, this one included, and waits for all. An instance that begins and does not end in
   * time is among them, as incomplete.
   */
  ask(number: string, erase: boolean): Promise<readonly InstanceFindings[]>;
  close(): void;
}

interface InstancesParts {
  /** Name of this one. */
  readonly node: string;
  readonly bus: Bus;
  readonly clock: SteadyClock;
  readonly search: (number: string, options: { readonly erase: boolean }) => Promise<InstanceFindings>;
}

/** By then, every instance has said that it has begun. */
const hearMs = 1_000;
/** Longer than an instance takes for each of its steps. */
const waitMs = 90_000;

/** The number is in a message on the bus, which Redis does not keep. */
export function createInstances({ node, bus, clock, search }: InstancesParts): Instances {
  const instance = randomUUID();
  const answers = new Map<string, Map<string, Answer>>();
  const nothingYet = { node, spoolLines: 0, callFileLines: 0, importFiles: 0, isComplete: false };
  const stops = [
    bus.subscribe(requestTopic, (payload) => {
      const request = requestOf(payload);
      if (request === null) return;
      const { id, number, erase } = request;
      bus.publish(answerTopic, { id, instance, isDone: false, findings: nothingYet });
      void search(number, { erase }).then((findings) =>
        bus.publish(answerTopic, { id, instance, isDone: true, findings }),
      );
    }),
    bus.subscribe(answerTopic, (payload) => {
      const answer = answerOf(payload);
      if (answer !== null) answers.get(answer.id)?.set(answer.instance, answer);
    }),
  ];

  return {
    async ask(number, erase) {
      const id = randomUUID();
      const heard = new Map<string, Answer>();
      answers.set(id, heard);
      bus.publish(requestTopic, { id, number, erase });
      // Without Redis there is only this one, and it has begun.
      if (bus.health.status !== "off") await sleep(clock, hearMs);
      const untilMs = clock.steadyMs() + waitMs;
      const isWaiting = (): boolean => [...heard.values()].some(({ isDone }) => !isDone);
      while (isWaiting() && clock.steadyMs() < untilMs) await sleep(clock, 20);
      answers.delete(id);
      return [...heard.values()].map(({ findings }) => findings);
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
  const findings = {
    node: String(fieldOf(found, "node")),
    spoolLines: count("spoolLines"),
    callFileLines: count("callFileLines"),
    importFiles: count("importFiles"),
    isComplete: fieldOf(found, "isComplete") === true,
  };
  return { id, instance, isDone: fieldOf(payload, "isDone") === true, findings };
}
