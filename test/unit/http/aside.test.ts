import { expect } from "chai";
import { createAside } from "../../../src/http/server/aside.ts";
import type { Aside } from "../../../src/http/server/aside.ts";
import { HttpProblem } from "../../../src/http/server/problems.ts";
import { NumberList } from "../../../src/numbers/pools/numberList.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const bytesOf = (value: unknown) => async (): Promise<Buffer> => Buffer.from(JSON.stringify(value));
const many = Array.from({ length: 2_000 }, (_, index) => `+7 931 ${String(1_000_000 + index)}`);

async function problemOf(answer: Promise<unknown>): Promise<HttpProblem> {
  const error = await answer.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HttpProblem)) throw new Error("It was not refused.", { cause: error });
  return error;
}

describe("Work outside the thread that handles calls", function () {
  this.timeout(60_000);
  const open = (options: { readonly deadlineMs?: number } = {}): Aside =>
    createAside({ logger: silentLogger, clock: systemClock }, { defaultCountry: "RU", ...options });
  /** Its thread takes most of the time to start. */
  let aside: Aside;
  before(() => {
    aside = open();
  });
  after(() => aside.close());

  it("parses a short list in place and a long one in its thread, with the same result", async () => {
    const few = await aside.poolBody("numbers", bytesOf({ numbers: ["8 931 1000001", "+79311000000"] }));
    expect(NumberList.unpacked(few.numbers).slice(0, 9)).to.deep.equal(["79311000000", "79311000001"]);
    const body = await aside.poolBody("newPool", bytesOf({ name: "long", warningDays: 3, numbers: many }));
    expect(body).to.deep.include({ name: "long", settings: { name: "long", warningDays: 3 }, ranges: [] });
    expect(NumberList.unpacked(body.numbers).slice(1_998, 9)).to.deep.equal(["79311001998", "79311001999"]);
  });

  it("names the first invalid number, whichever thread finds it", async () => {
    const wrong = { numbers: ["+79311000000", ...Array.from({ length: 100_000 }, () => "")] };
    const far = await problemOf(aside.poolBody("numbers", bytesOf(wrong)));
    expect(far.options).to.include({ status: 400, code: "BODY_INVALID" });
    expect(far.options.members?.["errors"])
      .to.have.length(20)
      .and.deep.include({ field: "numbers.1", problem: "is not a phone number" });
    const near = await problemOf(aside.poolBody("block", bytesOf({ numbers: ["", ""] })));
    expect(near.options).to.include({ status: 400, code: "BODY_INVALID" });
    const tooMany = await problemOf(aside.poolBody("block", bytesOf({ numbers: many })));
    expect(tooMany.options.members?.["errors"]).to.deep.equal([
      { field: "numbers", problem: "has more than 1000 entries" },
    ]);
  });

  it("rejects input that is nested too deep before parsing it", async () => {
    const deep = async (): Promise<Buffer> => Buffer.from(`{"numbers":${"[".repeat(5_000)}`);
    const refused = await problemOf(aside.poolBody("numbers", deep));
    expect(refused.options).to.include({ status: 400, code: "BODY_TOO_COMPLEX" });
  });

  it("aborts what takes too long, and continues with a new thread", async () => {
    const impatient = open({ deadlineMs: 1 });
    const late = await problemOf(impatient.poolBody("numbers", bytesOf({ numbers: many })));
    expect(late.options).to.include({ status: 413, code: "BODY_TOO_COMPLEX" });
    const few = await impatient.poolBody("unblock", bytesOf({ numbers: ["+79311000000"] }));
    expect(few.numbers).to.have.length(1);
    await impatient.close();
  });

  it("processes at most four at a time, and does not read the body of a fifth", async () => {
    let reads = 0;
    let go: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      go = resolve;
    });
    const receive = async (): Promise<Buffer> => {
      reads += 1;
      await released;
      return bytesOf({ numbers: many })();
    };
    const four = Array.from({ length: 4 }, () => aside.poolBody("numbers", receive));
    const fifth = await problemOf(aside.poolBody("numbers", receive));
    expect(fifth.options).to.include({ status: 503, code: "BUSY" });
    expect(reads).to.equal(4);
    go();
    for (const { numbers } of await Promise.all(four)) expect(numbers).to.have.length(2_000);
    await aside.poolBody("numbers", receive);
  });

  it("creates the OpenAPI document once", async () => {
    const [one, other] = await Promise.all([aside.apiDocument(), aside.apiDocument()]);
    expect(one).to.equal(other);
    expect(JSON.parse(one)).to.have.property("openapi", "3.1.0");
  });
});
