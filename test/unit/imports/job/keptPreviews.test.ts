import { expect } from "chai";
import { keptOf } from "../../../../src/imports/job/keptPreviews.ts";

const gigabyte = 2 ** 30;
const file = (uploader: string | null, fileBytes: number) => ({
  description: { ...(uploader !== null && { uploader }) } as Parameters<
    typeof keptOf
  >[0][number]["description"],
  fileBytes,
});

describe("The files that are kept for a user", () => {
  it("are the newest twenty", () => {
    const anna = Array.from({ length: 25 }, () => file("anna", 10));
    const boris = file("boris", 10);
    expect(keptOf([...anna, boris])).to.deep.equal([...anna.slice(0, 20), boris]);
  });

  it("have a gigabyte together, one that is being uploaded included", () => {
    const files = [
      file("anna", gigabyte / 2),
      file("boris", gigabyte),
      file("anna", gigabyte / 2),
      file("anna", 1),
    ];
    expect(keptOf(files)).to.deep.equal(files.slice(0, 3));
    expect(keptOf(files, new Map([["anna", { files: 1, bytes: 1 }]]))).to.deep.equal(files.slice(0, 2));
  });

  it("are counted together while access is open", () => {
    const files = Array.from({ length: 21 }, () => file(null, 1));
    expect(keptOf(files)).to.have.length(20);
  });
});
