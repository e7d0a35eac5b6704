import { expect } from "chai";
import { selectionTarget, undoAll } from "../../../web/src/pages/numbers/bulkWork.ts";

const asked = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("A change of selected numbers", () => {
  const { fetch } = globalThis;
  let requests: { readonly ids: readonly number[]; readonly release?: true; readonly expected?: number }[];

  beforeEach(() => {
    requests = [];
    globalThis.fetch = async (_, init) => {
      const body: (typeof requests)[number] = JSON.parse(await new Response(init?.body).text());
      requests.push(body);
      return Response.json({ changed: body.ids.length - 2, unchanged: 1, unknown: 1, next: null });
    };
  });
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it("is one request with their IDs, and returns what happened to each", async () => {
    const target = selectionTarget([7, 8, 9]);
    expect(await target.count()).to.equal(3);
    const progress: number[] = [];
    const sums = await target.act({ release: true }, 3, (done) => progress.push(done));
    expect(sums).to.deep.equal({ changed: 1, unchanged: 1, gone: 1, undo: [] });
    expect(requests).to.deep.equal([{ ids: [7, 8, 9], release: true, undoable: true }]);
    expect(progress).to.deep.equal([3]);
  });

  it("is split into requests of a thousand", async () => {
    const progress: number[] = [];
    const sums = await selectionTarget(asked(2500)).act({ change: { label: null } }, 2500, (done) =>
      progress.push(done),
    );
    expect(sums).to.deep.equal({ changed: 2494, unchanged: 3, gone: 3, undo: [] });
    expect(requests.map(({ ids }) => ids.length)).to.deep.equal([1000, 1000, 500]);
    expect(requests.flatMap(({ ids }) => ids)).to.deep.equal(asked(2500));
    expect(progress).to.deep.equal([1000, 2000, 2500]);
  });
});

describe("Undoing a bulk change", () => {
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it("sends as many steps at once as the server takes", async () => {
    const sizes: number[] = [];
    globalThis.fetch = async (_, init) => {
      const { steps }: { readonly steps: readonly { readonly ids: readonly number[] }[] } = JSON.parse(
        await new Response(init?.body).text(),
      );
      const ids = steps.reduce((sum, step) => sum + step.ids.length, 0);
      sizes.push(ids);
      return Response.json({ changed: ids - 1, unchanged: 1 });
    };
    const step = (count: number) => ({
      ids: [...asked(count)],
      change: { label: null },
      changedAt: "2026-11-27T10:00:00.000Z",
    });
    expect(await undoAll([step(500), step(500), step(300), step(800), step(1)])).to.deep.equal({
      changed: 2098,
      unchanged: 3,
    });
    expect(sizes).to.deep.equal([1000, 300, 801]);
  });
});
