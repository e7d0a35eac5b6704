import { expect } from "chai";
import { exceededBound } from "../../../src/http/server/jsonBounds.ts";
import type { UndoStep } from "../../../web/src/api/client.ts";
import { doneOf, selectionTarget, undoParts } from "../../../web/src/pages/numbers/bulkWork.ts";

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
    const sums = await target.act({ release: true }, 3, (done) => progress.push(doneOf(done)));
    expect(sums).to.deep.equal({ changed: 1, unchanged: 1, gone: 1, undo: [] });
    expect(requests).to.deep.equal([{ ids: [7, 8, 9], release: true, undoable: true }]);
    expect(progress).to.deep.equal([3]);
  });

  it("is split into requests of a thousand", async () => {
    const progress: number[] = [];
    const sums = await selectionTarget(asked(2500)).act({ change: { label: null } }, 2500, (done) =>
      progress.push(doneOf(done)),
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

  let sent: { readonly bytes: number; readonly ids: number; readonly tooManyValues: boolean }[];
  beforeEach(() => {
    sent = [];
    globalThis.fetch = async (_, init) => {
      const body = new Uint8Array(await new Response(init?.body).arrayBuffer());
      const { steps }: { readonly steps: readonly { readonly ids: readonly number[] }[] } = JSON.parse(
        new TextDecoder().decode(body),
      );
      const ids = steps.reduce((sum, step) => sum + step.ids.length, 0);
      const tooManyValues = exceededBound(body, { depth: 8, values: 2000 }) !== null;
      sent.push({ bytes: body.length, ids, tooManyValues });
      return Response.json({ changed: ids - 1, unchanged: 1 });
    };
  });
  const changedAt = "2026-11-27T10:00:00.000Z";
  const step = (count: number) => ({ ids: [...asked(count)], change: { label: null }, changedAt });
  async function undone(steps: readonly UndoStep[], stepsDone?: number): Promise<unknown[]> {
    const parts: unknown[] = [];
    for await (const part of undoParts(steps, stepsDone)) parts.push(part);
    return parts;
  }

  it("sends as many steps at once as the server takes, and goes on after the last one it took", async () => {
    const steps = [step(500), step(500), step(300), step(800), step(1)];
    const parts = await undone(steps);
    expect(parts).to.deep.equal([
      { changed: 999, unchanged: 1, stepsDone: 2 },
      { changed: 299, unchanged: 1, stepsDone: 3 },
      { changed: 800, unchanged: 1, stepsDone: 5 },
    ]);
    expect(await undone(steps, 3)).to.deep.equal(parts.slice(2));
  });

  it("splits steps of one number each by their size", async () => {
    const labels = Array.from({ length: 1000 }, (_, index) => ({
      ids: [2_000_000_000 + index],
      change: { label: `${index} ${"Ж".repeat(190)}`, state: "active" as const },
      changedAt,
    }));
    const releases = Array.from({ length: 400 }, (_, index) => ({
      ids: [index + 1],
      restore: true as const,
      changedAt,
    }));
    await undone([...labels, ...releases]);
    expect(sent.reduce((sum, { ids }) => sum + ids, 0)).to.equal(1400);
    for (const { bytes, tooManyValues } of sent) {
      expect(bytes).to.be.below(64 * 1024);
      expect(tooManyValues).to.equal(false);
    }
  });
});
