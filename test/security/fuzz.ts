import { randomInt } from "node:crypto";
import { forEachDatabase } from "../support/databases.ts";
import { fuzz } from "../support/security/fuzz.ts";

/** `FUZZ_SEED` repeats a run; `FUZZ_REQUESTS` is the number for each database. */
const seed = Number(process.env["FUZZ_SEED"] ?? randomInt(2 ** 30));
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 30_000);

describe(`Hostile requests with FUZZ_SEED=${seed}`, function () {
  this.timeout(3_600_000);
  forEachDatabase((open) => {
    it(`are answered as the document of the API says, ${requests} of them, and leave nothing behind`, async () => {
      const { store } = await open();
      await fuzz(store, { seed, requests });
    });
  });
});
