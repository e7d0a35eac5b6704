import { parseArgs } from "node:util";
import { type CallStatus, callStatuses } from "../../src/values/callRecord.ts";
import { type DemoScenario, demoScenarios } from "./scenarios.ts";

export const USAGE = `npm run demo -- [options]

  --once          place each call once, then exit; the exit status is 0 only if all went as expected
  --json          like --once, with the result as JSON on standard output and everything else on standard error
  --data          first add 35 days of clients and calls, to see the pages as after a month of use
  --simulated     use a simulated Asterisk and SQLite, even if the real ones are available
  --expect "NAME=STATUS"
                  expect another status for a scenario, to see that a difference is reported
`;

export interface DemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly data: boolean;
  readonly simulated: boolean;
  readonly help: boolean;
  readonly scenarios: readonly DemoScenario[];
}

export class DemoUsageError extends Error {
  readonly code = "DEMO_USAGE";

  constructor(message: string) {
    super(`${message}\n\n${USAGE}`);
    this.name = "DemoUsageError";
  }
}

/** Throws a DemoUsageError. */
export const readOptions = (args: readonly string[]): DemoOptions => {
  const { once, json, data, simulated, help, expect } = parse(args);
  return {
    once: once || json,
    json,
    data,
    simulated,
    help,
    scenarios: expect.reduce<readonly DemoScenario[]>(withExpectation, demoScenarios),
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        data: { type: "boolean", default: false },
        simulated: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        expect: { type: "string", multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new DemoUsageError(error instanceof Error ? error.message : String(error));
  }
};

const withExpectation = (scenarios: readonly DemoScenario[], text: string): readonly DemoScenario[] => {
  const [name, wanted] = text.split("=");
  const status = callStatuses.find((known): known is CallStatus => known === wanted);
  if (status === undefined || !scenarios.some((scenario) => scenario.name === name))
    throw new DemoUsageError(
      `--expect "${text}" is not NAME=STATUS; names are ${scenarios.map((scenario) => scenario.name).join(", ")}, ` +
        `statuses ${callStatuses.join(", ")}.`,
    );
  return scenarios.map((scenario) => (scenario.name === name ? { ...scenario, status } : scenario));
};
