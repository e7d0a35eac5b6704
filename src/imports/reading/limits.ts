/** Limits on what is read of a file, so that memory stays bounded whatever is uploaded. */
export interface ReadingLimits {
  /** Characters of one row, quotes and delimiters included. A cell of Excel holds 32 767. */
  readonly rowCharacters: number;
  readonly columns: number;
  /** Rows of one file, blank ones included. */
  readonly rows: number;
  /** Files within a workbook; real ones have a few dozen, or some hundred with pictures. */
  readonly zipEntries: number;
  /** Unpacked bytes of one sheet, which is read as a stream: Excel's 1 048 576 rows of some ten columns. */
  readonly sheetBytes: number;
  /** Unpacked bytes of the part with the texts of a workbook. */
  readonly sharedStringBytes: number;
  /** Memory for these texts, which are needed in any order. Three million of 25 characters take 100 MB. */
  readonly sharedStringMemoryBytes: number;
  /** Unpacked bytes of the small parts: workbook, relationships, styles. */
  readonly smallPartBytes: number;
  /** Unpacked to packed bytes. Sheets have 5 to 40, deflate cannot exceed 1032; checked above 10 MB. */
  readonly ratio: number;
  /** Characters of a workbook's XML without the end of a tag or text. */
  readonly xmlTokenCharacters: number;
  /** Sheets of a workbook; Excel becomes unusable long before. */
  readonly sheets: number;
  /** Characters of the first rows, from which everything else is detected. */
  readonly sampleCharacters: number;
  /** Aborted when reading has taken too long or the client has left: what is read next throws its reason. */
  readonly signal?: AbortSignal;
}

export const defaultLimits: ReadingLimits = {
  rowCharacters: 100_000,
  columns: 1000,
  rows: 5_000_000,
  zipEntries: 5000,
  sheetBytes: 2 ** 30,
  sharedStringBytes: 256 * 2 ** 20,
  sharedStringMemoryBytes: 128 * 2 ** 20,
  smallPartBytes: 16 * 2 ** 20,
  ratio: 200,
  xmlTokenCharacters: 1_000_000,
  sheets: 1000,
  sampleCharacters: 4_000_000,
};
