import { expect } from "chai";
import type { Store } from "../../src/store/types.ts";
import { forEachDatabase } from "../support/databases.ts";
import { mapAll, numbersOn, range, realRows, rejection } from "../support/numbers.ts";
import type { Numbers } from "../support/numbers.ts";

const moscow = range("74950000000", "74950000099");
const petersburg = range("78120000000", "78120000099");
const kazan = range("78430000000", "78430000099");

describe("The default pool", () => {
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store);
    });

    const defaults = async (): Promise<readonly string[]> =>
      (await numbers.pools.list()).filter(({ isDefault }) => isDefault).map(({ name }) => name);
    let mapped = 0;
    /** First digits of the proxy number assigned next. */
    const areaOfNext = async (): Promise<string> => {
      mapped += 1;
      const [proxy = ""] = await mapAll(numbers, realRows(mapped, mapped + 1));
      return proxy.slice(0, 4);
    };
    const refusal = async (): Promise<unknown> =>
      rejection(numbers.mapper.map(realRows(9000, 9001))).then(
        (error) => error instanceof Error && "code" in error && error.code,
      );

    it("is the first pool created, and stays the default when others follow", async () => {
      await numbers.pools.create({ name: "Moscow", ranges: [moscow] });
      await numbers.pools.create({ name: "Petersburg", ranges: [petersburg] });
      expect(await defaults()).to.deep.equal(["Moscow"]);
      expect(await areaOfNext()).to.equal("7495");
    });

    it("is the one chosen by a user, even if the settings name the numbers of another", async () => {
      await numbers.pools.ensureDefault([moscow]);
      const chosen = await numbers.pools.create({
        name: "Petersburg",
        ranges: [petersburg],
        isDefault: true,
      });
      expect(await numbers.pools.ensureDefault([moscow])).to.equal(chosen);
      expect((await numbers.pools.list()).map(({ name, ranges }) => [name, ranges])).to.deep.equal([
        ["default", [moscow]],
        ["Petersburg", [petersburg]],
      ]);
      expect(await areaOfNext()).to.equal("7812");
      // New numbers in the settings are added to the current default pool.
      await numbers.pools.ensureDefault([moscow, kazan]);
      expect((await numbers.pools.get(chosen)).ranges).to.deep.equal([petersburg, kazan]);
    });

    it("gets the numbers of the settings, too, if it was created by a user before", async () => {
      const first = await numbers.pools.create({ name: "Mine", ranges: [moscow] });
      expect(await numbers.pools.ensureDefault([petersburg])).to.equal(first);
      expect((await numbers.pools.list()).map(({ name }) => name)).to.deep.equal(["Mine"]);
    });

    it("is replaced when deleted if only one pool is left, and otherwise by a user's choice", async () => {
      const [first, second, third] = [
        await numbers.pools.create({ name: "Moscow", ranges: [moscow] }),
        await numbers.pools.create({ name: "Petersburg", ranges: [petersburg] }),
        await numbers.pools.create({ name: "Kazan", ranges: [kazan] }),
      ];
      await numbers.pools.remove(first);
      expect(await defaults()).to.deep.equal([]);
      expect(await refusal()).to.equal("POOL_NOT_CHOSEN");
      await numbers.pools.remove(second);
      expect(await defaults()).to.deep.equal(["Kazan"]);
      expect(await areaOfNext()).to.equal("7843");
      await numbers.pools.create({ name: "Moscow", ranges: [moscow] });
      expect(await areaOfNext()).to.equal("7843");
      await numbers.pools.update(third, { enabled: false });
      expect(await areaOfNext()).to.equal("7495");
    });

    it("is replaced by the only available pool while paused, and is the default again afterwards", async () => {
      const first = await numbers.pools.create({ name: "Moscow", ranges: [moscow] });
      await numbers.pools.update(first, { enabled: false });
      expect(await refusal()).to.equal("NO_POOL");
      await numbers.pools.create({ name: "Petersburg", ranges: [petersburg] });
      expect(await areaOfNext()).to.equal("7812");
      await numbers.pools.create({ name: "Kazan", ranges: [kazan] });
      expect(await refusal()).to.equal("POOL_NOT_CHOSEN");
      await numbers.pools.update(first, { enabled: true });
      expect(await areaOfNext()).to.equal("7495");
    });

    it("can be unset", async () => {
      await numbers.pools.create({ name: "Moscow", ranges: [moscow], isDefault: false });
      expect(await defaults()).to.deep.equal([]);
      expect(await areaOfNext()).to.equal("7495");
    });

    it("is only one of two pools created at the same moment", async () => {
      await Promise.all([
        numbers.pools.create({ name: "Moscow", ranges: [moscow] }),
        numbers.pools.create({ name: "Petersburg", ranges: [petersburg] }),
      ]);
      expect(await defaults()).to.have.length(1);
    });
  });
});
