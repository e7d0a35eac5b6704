import { expect } from "chai";
import { HealthRegistry } from "../../../src/ops/health.ts";
import type { PartHealth } from "../../../src/ops/types.ts";

const up: PartHealth = { status: "up", detail: "" };
const down: PartHealth = { status: "down", detail: "away" };

describe("health", () => {
  it("is up if all parts are, or are off", () => {
    const health = new HealthRegistry();
    health.register("database", { kind: "database", needed: false }, () => up);
    health.register("redis", { kind: "redis", needed: false }, () => ({ status: "off", detail: "not set" }));
    expect(health.report()).to.deep.equal({
      status: "up",
      parts: {
        database: { kind: "database", ...up },
        redis: { kind: "redis", status: "off", detail: "not set" },
      },
    });
  });

  it("is degraded while a part that calls do not need is down", () => {
    const health = new HealthRegistry();
    health.register("database", { kind: "database", needed: false }, () => down);
    expect(health.report().status).to.equal("degraded");
  });

  it("is down while a needed part is, and up again with it", () => {
    const health = new HealthRegistry();
    let state = down;
    health.register("asterisk", { kind: "asterisk", needed: true }, () => state);
    expect(health.report().status).to.equal("down");
    state = up;
    expect(health.report().status).to.equal("up");
  });

  it("needs only one of a group", () => {
    const health = new HealthRegistry();
    let second = up;
    health.register("asterisk a", { kind: "asterisk", needed: true, group: "asterisk" }, () => down);
    health.register("asterisk b", { kind: "asterisk", needed: true, group: "asterisk" }, () => second);
    expect(health.report().status).to.equal("degraded");
    second = down;
    expect(health.report().status).to.equal("down");
  });

  it("treats a part that throws as down, without repeating its message", () => {
    const health = new HealthRegistry();
    health.register("odd", { kind: "asterisk", needed: true }, () => {
      throw new TypeError("secret");
    });
    expect(health.report()).to.deep.equal({
      status: "down",
      parts: {
        odd: { kind: "asterisk", status: "down", detail: "odd cannot report its health (TypeError)" },
      },
    });
  });

  it("rejects a second part with the same name, and unregisters parts", () => {
    const health = new HealthRegistry();
    const leave = health.register("spool", { kind: "spool", needed: true }, () => down);
    expect(() => health.register("spool", { kind: "spool", needed: true }, () => up)).to.throw(/spool/);
    leave();
    expect(health.report()).to.deep.equal({ status: "up", parts: {} });
  });
});
