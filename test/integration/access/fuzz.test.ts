import { forEachDatabase } from "../../support/databases.ts";
import { fuzz } from "../../support/security/fuzz.ts";

describe("Hostile requests", function () {
  this.timeout(600_000);
  forEachDatabase((open) => {
    // `npm run test:security` sends many more, with another seed each time.
    it("are answered as the document of the API says, and leave nothing behind", async () => {
      const { store } = await open();
      await fuzz(store, { seed: 20_261_127, requests: 400 });
    });
  });
});
