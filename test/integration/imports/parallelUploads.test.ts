import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect } from "chai";
import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { allOf, numbersOn, range } from "../../support/numbers.ts";

const file = new URL("../../support/mappingChild.ts", import.meta.url).pathname;

type Row = readonly [realNumber: string, proxyNumber: string, kind: string];

interface Uploader {
  /** Its store is open. */
  readonly ready: Promise<void>;
  go(): void;
  readonly rows: Promise<readonly Row[]>;
}

function startUploader(
  address: DatabaseAddress,
  lists: readonly (readonly [number, number])[],
  children: ChildProcess[],
): Uploader {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", file, JSON.stringify(address), JSON.stringify(lists)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  children.push(child);
  const lines = createInterface(child.stdout);
  const ready = once(lines, "line")
    .then(([line]) => expect(line).to.equal("ready"))
    .then(() => undefined);
  const rows: Row[] = [];
  lines.on("line", (line) => {
    if (line !== "ready") rows.push(...JSON.parse(line));
  });
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
  return {
    ready,
    go: () => child.stdin.write("go\n"),
    rows: ended.then(([[code]]) => {
      expect(code, "exit code of the child").to.equal(0);
      return rows;
    }),
  };
}

describe("Twenty uploads of overlapping lists from two processes at once", function () {
  this.timeout(60_000);
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  });

  forEachDatabase((open) => {
    it("give each real number one proxy number, and no proxy number twice", async function uploads() {
      this.timeout(180_000);
      const { address, store } = await open();
      const numbers = numbersOn(store);
      const poolId = await numbers.pools.create({
        name: "main",
        ranges: [range("79580000000", "79580009999")],
        isDefault: true,
      });
      const lists = Array.from({ length: 20 }, (_, index) => [index * 100, index * 100 + 700] as const);
      const uploaders = [0, 1].map((one) =>
        startUploader(
          address,
          lists.filter((_, index) => index % 2 === one),
          children,
        ),
      );
      await Promise.all(uploaders.map(({ ready }) => ready));
      for (const uploader of uploaders) uploader.go();
      const rows = (await Promise.all(uploaders.map((one) => one.rows))).flat();
      expect(rows.length).to.equal(20 * 700);
      const proxyOf = new Map<string, string>();
      for (const [real, proxy] of rows) {
        expect(proxyOf.get(real) ?? proxy).to.equal(proxy);
        proxyOf.set(real, proxy);
      }
      const different = 19 * 100 + 700;
      expect(proxyOf.size).to.equal(different);
      expect(new Set(proxyOf.values()).size).to.equal(different);
      expect(rows.filter(([, , kind]) => kind === "created").length).to.equal(different);
      const stored = await allOf(numbers.search.stream({}));
      expect(
        new Map(stored.map((one) => [one.realNumber as string, one.proxyNumber as string])),
      ).to.deep.equal(proxyOf);
      expect((await numbers.pools.get(poolId)).counts).to.include({
        used: different,
        free: 10_000 - different,
      });
    });
  });
});
