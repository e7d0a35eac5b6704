import { Readable } from "node:stream";
import { expect } from "chai";
import { loadable } from "../../../src/store/generatedColumns.ts";

async function loaded(dump: string): Promise<string> {
  const pieces: Buffer[] = [];
  // In pieces of a few bytes, which also cut characters.
  const bytes = Buffer.from(dump);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) =>
    bytes.subarray(at * 7, at * 7 + 7),
  );
  for await (const piece of loadable(Readable.from(chunks, { objectMode: false }))) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const create = [
  "CREATE TABLE `one` (",
  "  `id` int NOT NULL AUTO_INCREMENT,",
  "  `name` varchar(9) NOT NULL DEFAULT 'x',",
  "  `last` varchar(4) CHARACTER SET utf8mb4 GENERATED ALWAYS AS (right(`name`,4)) VIRTUAL,",
  "  PRIMARY KEY (`id`),",
  "  KEY `ix_last` (`last`)",
  ") ENGINE=InnoDB;",
];

describe("A dump of MySQL's tables", () => {
  it("by MariaDB's program is loaded without the values of generated columns", async () => {
    const rows = ["(1,'ё\u2028\r','ё'),", "(2,'INSERT INTO `one` VALUES (3)','(3)');"];
    const other = ["CREATE TABLE `two` (", "  `id` int", ");", "INSERT INTO `two` VALUES", "(1);"];
    const dump = [
      ...create,
      "INSERT INTO `one` VALUES",
      ...rows,
      "INSERT INTO `one` VALUES",
      "(4,'a','a');",
      "/* */;",
      ...other,
    ];
    const plain =
      "CREATE TABLE `one__plain` (`id` int NOT NULL, `name` varchar(9) NOT NULL DEFAULT 'x', `last` varchar(4) CHARACTER SET utf8mb4);";
    const expected = [
      ...create,
      plain,
      "INSERT INTO `one__plain` VALUES",
      ...rows,
      "INSERT INTO `one__plain` VALUES",
      "(4,'a','a');",
      "INSERT INTO `one` (`id`, `name`) SELECT `id`, `name` FROM `one__plain`;",
      "DROP TABLE `one__plain`;",
      "/* */;",
      ...other,
      "",
    ];
    expect(await loaded(`${dump.join("\n")}\n`)).to.equal(expected.join("\n"));
  });

  it("by MySQL's own program stays as it is, and so does one that ends with rows", async () => {
    const own = `${[...create, "INSERT INTO `one` (`id`, `name`) VALUES (1,'a');"].join("\n")}\n`;
    expect(await loaded(own)).to.equal(own);
    const cut = [...create, "INSERT INTO `one` VALUES (1,'a','a');"].join("\n");
    expect(await loaded(cut)).to.match(/DROP TABLE `one__plain`;\n$/u);
  });
});
