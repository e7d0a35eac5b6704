import { readFileSync } from "node:fs";
import { expect } from "chai";
import { openApiDocument, operations } from "../../../src/http/server/operations.ts";
import { webClient, webClientFile } from "../../../scripts/generate-web-client.ts";

describe("The document of the API", () => {
  const document = openApiDocument();

  it("names every operation once, with a summary", () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).to.have.length(new Set(names).size);
    for (const { summary, operationId } of operations) expect(summary, operationId).to.match(/\w/);
  });

  it("refers to no schema that it does not have", () => {
    const known = new Set(Object.keys(document.components?.schemas ?? {}));
    const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(referred).not.to.deep.equal([]);
    expect(referred.filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("describes the messages of the live board", () => {
    expect(document.components?.schemas).to.include.keys(
      "LiveMessage",
      "LiveSnapshot",
      "LiveDelta",
      "LiveRequest",
    );
  });

  it("is what the client of the web pages was made of (if not: npx tsx scripts/generate-web-client.ts)", () => {
    expect(readFileSync(webClientFile, "utf8") === webClient()).to.equal(true);
  });
});
