import { readFileSync } from "node:fs";
import { expect } from "chai";
import { openApiDocument, operations } from "../../../src/http/document.ts";
import { webClient, webClientFile } from "../../../scripts/generate-web-client.ts";

describe("The OpenAPI document", () => {
  const document = openApiDocument();

  it("names every operation once, with a summary", () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).to.have.length(new Set(names).size);
    for (const { summary, operationId } of operations) expect(summary, operationId).to.match(/\w/);
  });

  it("has no dangling schema references", () => {
    const known = new Set(Object.keys(document.components?.schemas ?? {}));
    const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(referred).not.to.deep.equal([]);
    expect(referred.filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("has patterns without JavaScript's flags, which no other client understands", () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = ""]) => String(JSON.parse(text)),
    );
    expect(patterns).to.include("^\\d{6}$");
    expect(patterns.filter((pattern) => /\/[a-z]*$/.test(pattern))).to.deep.equal([]);
  });

  it("describes the messages of the live board", () => {
    expect(document.components?.schemas).to.include.keys(
      "LiveMessage",
      "LiveSnapshot",
      "LiveDelta",
      "LiveRequest",
    );
  });

  it("matches the client of the web pages (if not: npx tsx scripts/generate-web-client.ts)", () => {
    expect(readFileSync(webClientFile, "utf8") === webClient()).to.equal(true);
  });
});
