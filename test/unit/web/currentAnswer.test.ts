import { expect } from "chai";
import { createCurrentAnswer } from "../../../web/src/net/currentAnswer.ts";

/** The test sends the responses, in any order. */
function asked() {
  const questions: { readonly answer: (value: string) => void; readonly fail: () => void }[] = [];
  const heard: string[] = [];
  const current = createCurrentAnswer<string>({
    load: () =>
      new Promise((resolve, reject) => {
        questions.push({ answer: resolve, fail: () => reject(new Error("away")) });
      }),
    onAnswer: (answer) => heard.push(answer),
    onFailure: () => heard.push("failed"),
  });
  return { questions, heard, current };
}

describe("The current session", () => {
  it("is requested once for concurrent callers, and again afterwards", async () => {
    const { questions, heard, current } = asked();
    const both = Promise.all([current.ask(), current.ask()]);
    expect(questions).to.have.length(1);
    questions[0]?.answer("anna");
    await both;
    const again = current.ask();
    questions[1]?.fail();
    await again;
    expect(heard).to.deep.equal(["anna", "failed"]);
  });

  it("ignores responses about a session that was replaced meanwhile", async () => {
    const { questions, heard, current } = asked();
    const before = current.ask();
    let done: () => void = () => undefined;
    const changed = current.change(() => new Promise<void>((resolve) => (done = resolve)));
    await current.ask();
    expect(questions, "no request during the change").to.have.length(1);
    questions[0]?.answer("nobody");
    await before;
    done();
    await Promise.resolve();
    while (questions.length < 2) await Promise.resolve();
    questions[1]?.answer("anna");
    await changed;
    expect(heard).to.deep.equal(["anna"]);
  });

  it("comes with the response to a sign-in, which outdates requests sent before", async () => {
    const { questions, heard, current } = asked();
    const before = current.ask();
    current.accept("anna");
    questions[0]?.answer("signed out");
    await before;
    const again = current.ask();
    questions[1]?.answer("anna, still");
    await again;
    expect(heard).to.deep.equal(["anna", "anna, still"]);
  });

  it("is requested again after a failed change, whose error the caller gets", async () => {
    const { questions, heard, current } = asked();
    const refused = current.change(() => Promise.reject(new Error("wrong password")));
    while (questions.length < 1) await Promise.resolve();
    questions[0]?.answer("anna");
    await refused.then(
      () => expect.fail("It was not refused."),
      (error: unknown) => expect(error).to.have.property("message", "wrong password"),
    );
    expect(heard).to.deep.equal(["anna"]);
  });
});
