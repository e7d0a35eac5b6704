import { expect } from "chai";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";

describe("The bus within one process", () => {
  it("delivers to all listeners of the topic, in order, before publish returns", () => {
    const bus = createLocalBus(recordingLogger());
    const heard: unknown[] = [];
    bus.subscribe("a", (payload) => heard.push(["first", payload]));
    bus.subscribe("a", (payload) => heard.push(["second", payload]));
    bus.subscribe("b", (payload) => heard.push(["other", payload]));
    bus.publish("a", { n: 1 });
    bus.publish("a", { n: 2 });
    bus.publish("without listeners", 3);
    expect(heard).to.deep.equal([
      ["first", { n: 1 }],
      ["second", { n: 1 }],
      ["first", { n: 2 }],
      ["second", { n: 2 }],
    ]);
  });

  it("isolates a listener that throws, and logs it", () => {
    const { logger, lines } = recordingLogger();
    const bus = createLocalBus({ logger });
    const heard: unknown[] = [];
    bus.subscribe("a", () => {
      throw new Error("no");
    });
    bus.subscribe("a", (payload) => heard.push(payload));
    bus.publish("a", 1);
    expect(heard).to.deep.equal([1]);
    expect(lines.map(({ level }) => level)).to.deep.equal(["error"]);
  });

  it("cancels each subscription separately, also twice and during delivery", () => {
    const bus = createLocalBus(recordingLogger());
    let count = 0;
    const listener = (): void => {
      count += 1;
    };
    const stopFirst = bus.subscribe("a", listener);
    const stopSecond = bus.subscribe("a", listener);
    bus.publish("a", 1);
    stopFirst();
    stopFirst();
    bus.publish("a", 2);
    expect(count).to.equal(3);
    stopSecond();
    bus.publish("a", 3);
    expect(count).to.equal(3);
    const stop = bus.subscribe("a", () => stop());
    bus.publish("a", 4);
    bus.publish("a", 5);
  });

  it("delivers nothing once closed", async () => {
    const bus = createLocalBus(recordingLogger());
    let count = 0;
    bus.subscribe("a", () => {
      count += 1;
    });
    await bus.close();
    await bus.close();
    bus.publish("a", 1);
    expect(count).to.equal(0);
  });
});
