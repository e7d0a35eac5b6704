/** Spellings of "no value" in databases, programs, and spreadsheets, in lower case. */
const markers: ReadonlySet<string> = new Set([
  "null",
  "(null)",
  "[null]",
  "<null>",
  "\\n",
  "n/a",
  "#n/a",
  "н/д",
  "#н/д",
  "#nv",
  "undefined",
]);
/** Programs write them so. `Nan` and `Nil` are names of people. */
const exactMarkers: ReadonlySet<string> = new Set(["nan", "NaN", "NAN", "nil", "NIL"]);

const longest = 11;

/** Whether a trimmed cell stands for no value. */
export const isNoValue = (cell: string): boolean =>
  cell.length <= longest && (markers.has(cell.toLowerCase()) || exactMarkers.has(cell));

/** The dates that MySQL and 1C write for none. */
export const isNoDate = (text: string): boolean =>
  /^(?:0000[-./]00[-./]00|00[-./]00[-./]0000|0001-01-01|01[./]01[./]0001)(?:[T ][0:.]{1,16}Z?)?$/.test(text);

/** Results of formulas that failed, as spreadsheets in English, Russian, and German show them. */
const errors: ReadonlySet<string> = new Set(
  [
    "#REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BUSY! #GETTING_DATA",
    "#ССЫЛКА! #ЗНАЧ! #ИМЯ? #ДЕЛ/0! #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! #ВЫЧИСЛ! #BEZUG! #WERT! #ZAHL! #ÜBERLAUF!",
  ]
    .join(" ")
    .split(" "),
);

export const isErrorValue = (cell: string): boolean =>
  cell.startsWith("#") && errors.has(cell.trim().toUpperCase());
