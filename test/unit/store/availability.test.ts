import { expect } from "chai";
import { createAvailability } from "../../../src/store/availability.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const refusal = (code: string): Error => Object.assign(new Error("refused"), { code });

describe("A database that answers and refuses", () => {
  function available(ping: () => Promise<void>, pingWrite: () => Promise<void>) {
    const availability = createAvailability({
      name: "MySQL",
      backend: {
        connect: () => Promise.resolve(),
        hasLaterTables: false,
        ping,
        pingWrite,
        close: () => Promise.resolve(),
      },
      logger: silentLogger,
      clock: systemClock,
      random: () => 0,
    });
    availability.open();
    return availability;
  }

  it("to write goes on reading, and health says so until it writes again", async () => {
    let mayWrite = false;
    const availability = available(
      () => Promise.resolve(),
      () => (mayWrite ? Promise.resolve() : Promise.reject(refusal("ER_OPTION_PREVENTS_STATEMENT"))),
    );
    await availability.ready();
    availability.suspect(refusal("ER_OPTION_PREVENTS_STATEMENT"));
    expect(availability.up).to.equal(true);
    expect(availability.health.status).to.equal("down");
    expect(availability.health.detail).to.include("refuses to write");
    mayWrite = true;
    await until(() => availability.health.status === "up");
    availability.close();
  });

  it("every command, as Galera outside its component does, is away", async () => {
    let isInComponent = false;
    const availability = available(
      () => (isInComponent ? Promise.resolve() : Promise.reject(refusal("ER_UNKNOWN_COM_ERROR"))),
      () => Promise.resolve(),
    );
    await availability.ready();
    availability.suspect(refusal("ER_UNKNOWN_COM_ERROR"));
    await until(() => !availability.up);
    expect(availability.health.status).to.equal("down");
    isInComponent = true;
    await until(() => availability.up);
    availability.close();
  });
});
