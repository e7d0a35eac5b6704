import { expect } from "chai";
import { undoable } from "../../support/faults/undoable.ts";

describe("What can be undone", () => {
  let told: string[];
  beforeEach(() => {
    told = [];
  });

  const step = (name: string, failures = 0): (() => Promise<void>) => {
    let left = failures;
    return async () => {
      told.push(name);
      left -= 1;
      if (left >= 0) throw new Error(`${name} failed`);
    };
  };
  const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : error),
    );

  it("is undone from the end, each step twice if need be, whatever the others do", async () => {
    const undo = await undoable(async (undoWith) => {
      undoWith(step("first", 1));
      undoWith(step("second", 2));
      undoWith(step("third"));
    });
    expect(told).to.deep.equal([]);
    expect(await reasonOf(undo())).to.equal("second failed");
    expect(told).to.deep.equal(["third", "second", "second", "first", "first"]);
    await undo();
    expect(told, "once").to.have.length(5);
  });

  it("is undone if a later step fails, and the reason is told", async () => {
    const work = undoable(async (undoWith) => {
      undoWith(step("first", 2));
      throw new Error("no room");
    });
    expect(await reasonOf(work)).to.equal("no room");
    expect(told).to.deep.equal(["first", "first"]);
  });
});
