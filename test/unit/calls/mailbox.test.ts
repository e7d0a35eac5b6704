import { expect } from "chai";
import { Mailbox } from "../../../src/calls/mailbox.ts";

describe("A mailbox", () => {
  it("handles messages posted by a message after it, in order", () => {
    const seen: string[] = [];
    const box = new Mailbox<string>((message) => {
      seen.push(`begin ${message}`);
      if (message === "a") {
        box.post("b");
        box.post("c");
      }
      seen.push(`end ${message}`);
    });
    box.post("a");
    expect(seen).to.deep.equal(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
  });

  it("continues after a message that throws, and reports it to the sender", () => {
    const seen: string[] = [];
    const box = new Mailbox<string>((message) => {
      if (message === "a") box.post("b");
      seen.push(message);
      if (message === "a") throw new Error("a failed");
    });
    expect(() => box.post("a")).to.throw("a failed");
    box.post("c");
    expect(seen).to.deep.equal(["a", "b", "c"]);
  });
});
