import { expect } from "chai";
import { secretValues } from "../../../config/secretValues.ts";

describe("The secrets among the settings", () => {
  it("are the passwords of URLs, of each where there are several, as written and decoded", () => {
    expect(
      secretValues({
        DATABASE_READ_URLS: "mysql://app:first%40word@db1/phones  mysql://app:second%40word@db2/phones",
        REDIS_URL: "rediss://:third-word@cache",
        HTTP_PORT: "808080",
      }),
    ).to.have.members(["first%40word", "first@word", "second%40word", "second@word", "third-word"]);
  });

  it("are whole values, and the texts of a JSON value, but not the path of a database", () => {
    const asterisks = '[{"name":"pbx-one","password":"fourth-word"}]';
    expect(
      secretValues({
        ASTERISK_PASSWORD: "fifth-word",
        ASTERISKS: asterisks,
        DATABASE_URL: "data/phones.sqlite",
      }),
    ).to.include.members(["fifth-word", "fourth-word", asterisks]);
    expect(secretValues({ DATABASE_URL: "data/phones.sqlite" })).to.deep.equal([]);
  });
});
