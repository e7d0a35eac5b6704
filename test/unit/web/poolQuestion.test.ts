import { expect } from "chai";
import type { Import, Pool } from "../../../web/src/api/client.ts";
import { previewUpdateOf, poolQuestionOf } from "../../../web/src/pages/import/poolQuestion.ts";

type Preview = NonNullable<Import["preview"]>;
type Question = Parameters<typeof poolQuestionOf>[0];

const pool = (id: number, more: Partial<Pool> = {}, free = 100): Pool => ({
  id,
  name: `pool ${id}`,
  label: null,
  country: null,
  callerId: null,
  quarantineSeconds: 60,
  enabled: true,
  isDefault: id === 1,
  ranges: [],
  listed: 0,
  counts: { total: 100, free, used: 0, quarantined: 0, blocked: 0 },
  forecast: { emptyInDays: null, perDay: 0, basedOnDays: 1, warningDays: 14, warning: false },
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  ...more,
});
const paused = { enabled: false };

const counts = {
  rows: 0,
  created: 0,
  existing: 0,
  differing: 0,
  updated: 0,
  duplicate: 0,
  rejected: 0,
  blank: 0,
  header: 0,
  refusals: {},
};
const job = (preview: Partial<Preview>, poolId: number | null = null): Question => ({
  poolId,
  preview: { counts, pools: [], poolSuffices: false, poolId: null, withoutPool: 0, ...preview },
});
const without = job({ withoutPool: 3 });

describe("The pool question of an import", () => {
  it("is not asked with one pool, and offers paused pools without one", () => {
    expect(poolQuestionOf(job({ poolId: 1 }), [pool(1), pool(2, paused)])).to.include({ kind: "only" });
    expect(poolQuestionOf(without, [])).to.deep.equal({ kind: "none", paused: [], needed: 3 });
    expect(poolQuestionOf(without, [pool(1, paused)])).to.deep.equal({
      kind: "none",
      paused: [pool(1, paused)],
      needed: 3,
    });
    expect(poolQuestionOf(job({}), [])).to.deep.equal({ kind: "nothing" });
    expect(poolQuestionOf({ preview: null, poolId: null }, [pool(1)])).to.deep.equal({ kind: "nothing" });
  });

  it("preselects the preview's pool, and reports if it is lost", () => {
    const pools = [pool(1), pool(2), pool(3, paused)];
    expect(poolQuestionOf(job({ poolId: 2 }, 2), pools)).to.deep.equal({
      kind: "choice",
      pools: [pool(1), pool(2)],
      chosen: 2,
      lost: false,
    });
    expect(poolQuestionOf(job({ withoutPool: 3 }, 3), pools)).to.include({ chosen: null, lost: true });
    expect(poolQuestionOf(without, [pool(2), pool(4)])).to.include({ chosen: null, lost: false });
  });

  it("is answered by a pool created, resumed, paused, or extended meanwhile", () => {
    expect(previewUpdateOf(without, [pool(2)])).to.deep.equal({ pool: undefined });
    expect(previewUpdateOf(without, [pool(1), pool(2)])).to.deep.equal({ pool: undefined });
    expect(previewUpdateOf(job({ withoutPool: 3 }, 2), [pool(1), pool(2)])).to.deep.equal({
      pool: undefined,
    });
    // The chosen pool is gone, and one is left.
    expect(previewUpdateOf(job({ withoutPool: 3 }, 2), [pool(1), pool(2, paused)])).to.deep.equal({
      pool: null,
    });
    expect(previewUpdateOf(job({ poolId: 1 }), [pool(1, paused), pool(2)])).to.deep.equal({
      pool: undefined,
    });
    const short = job({ poolId: 1, pools: [{ poolId: 1, name: "", wanted: 5, free: 2 }] });
    expect(previewUpdateOf(short, [pool(1, {}, 3)])).to.deep.equal({ pool: undefined });
  });

  it("stays the same if the pools do, so that the preview is not requested forever", () => {
    expect(previewUpdateOf(without, [])).to.equal(null);
    expect(previewUpdateOf(without, [pool(1, paused)])).to.equal(null);
    expect(previewUpdateOf(without, [pool(2), pool(3)])).to.equal(null);
    expect(previewUpdateOf(job({ withoutPool: 3 }, 9), [pool(2), pool(3)])).to.equal(null);
    expect(previewUpdateOf(job({ poolId: 2 }), [pool(1), pool(2)])).to.equal(null);
    const short = job({ poolId: 1, pools: [{ poolId: 1, name: "", wanted: 5, free: 2 }] });
    expect(previewUpdateOf(short, [pool(1, {}, 2)])).to.equal(null);
    const enough = job({ poolId: 1, pools: [{ poolId: 1, name: "", wanted: 2, free: 2 }] });
    expect(previewUpdateOf(enough, [pool(1, {}, 90)])).to.equal(null);
  });
});
