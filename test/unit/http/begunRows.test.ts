import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { expect } from "chai";
import { xlsxOf } from "../../../src/http/formats/xlsx.ts";
import { begunRows } from "../../../src/http/server/begunRows.ts";
import { until } from "../../support/until.ts";

describe("The rows of an export", () => {
  const response = (): ServerResponse => new EventEmitter() as ServerResponse;

  it("are no longer awaited if the client disconnects before the first one", async () => {
    const res = response();
    let asked = 0;
    let answer: (rows: string[]) => void = () => undefined;
    async function* source(): AsyncGenerator<string[]> {
      for (;;) {
        asked += 1;
        yield await new Promise<string[]>((resolve) => (answer = resolve));
      }
    }
    const begun = begunRows({ res }, source()).then(
      () => "begun",
      (error: { readonly code?: string }) => error.code,
    );
    res.emit("close");
    expect(await begun).to.equal("CLIENT_GONE");
    // The query in progress ends, and no other follows.
    answer(["row"]);
    await new Promise(setImmediate);
    expect(asked).to.equal(1);
  });

  it("end if the client disconnects before the answer has started, or within a workbook", async () => {
    const res = response();
    let ended = false;
    async function* source(): AsyncGenerator<(readonly string[])[]> {
      try {
        for (;;) yield Array.from({ length: 2000 }, (_, row) => [`${Math.random()}`, `row ${row}`]);
      } finally {
        ended = true;
      }
    }
    const workbook = Readable.from(xlsxOf(["a", "b"], await begunRows({ res }, source())), {
      objectMode: false,
    });
    await new Promise((resolve) => workbook.once("data", resolve));
    workbook.destroy();
    res.emit("close");
    await until(() => ended);
  });
});
