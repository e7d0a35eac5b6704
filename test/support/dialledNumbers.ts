/**
 * How a dialled number is read in Russia, by `readDialled` and by the dialplan's `[incoming]`: both are tested with
 * these cases. `number` null: refused as an invalid number. `also`: the second reading, null for none.
 */
interface DialledCase {
  readonly about: string;
  /** The user part of the request URI, parameters included. */
  readonly dialled: string;
  readonly number: string | null;
  readonly also: string | null;
}

const one = (about: string, dialled: string, number: string, also: string | null = null): DialledCase => ({
  about,
  dialled,
  number,
  also,
});
const refused = (about: string, dialled: string): DialledCase => ({
  about,
  dialled,
  number: null,
  also: null,
});

export const dialledNumbers: readonly DialledCase[] = [
  one("E.164 with plus", "+74957000001", "74957000001"),
  one("E.164 without plus", "74957000001", "74957000001"),
  one("the national prefix", "84957000001", "74957000001", "84957000001"),
  one("ten digits", "4957000001", "74957000001", "4957000001"),
  one("the general international prefix", "0074957000001", "74957000001"),
  one("the Russian international prefix", "81074957000001", "74957000001", "81074957000001"),
  one("the Russian international prefix, abroad", "8104915112345678", "4915112345678"),
  one("number portability", "+74957000001;npdi", "74957000001"),
  one(
    "number portability with a routing number",
    "84957000001;rn=+7900;npdi=yes",
    "74957000001",
    "84957000001",
  ),
  one("a phone context", "4957000001;phone-context=+7", "74957000001", "4957000001"),
  one("a calling party category", "74957000001;cpc=ordinary", "74957000001"),
  one("a number from abroad", "4915112345678", "4915112345678"),
  one("a number from abroad with plus", "+12025550100", "12025550100"),
  one("a pool outside Russia's plan", "70001000000", "70001000000"),
  one("a pool number that looks like a national one", "1234567890", "71234567890", "1234567890"),
  one("a Japanese pool number, which starts like a Russian one", "81312345678", "71312345678", "81312345678"),
  one("with plus, nothing but itself", "+81312345678", "81312345678"),
  one("with plus, ten digits are E.164, too", "+4957000001", "4957000001"),
  one("eight digits after the international prefix", "81012345678", "12345678", "81012345678"),
  one(
    "seven digits after the international prefix are a national number",
    "8101234567",
    "78101234567",
    "8101234567",
  ),
  one("a short number", "1001", "1001"),
  one("fifteen digits", "123456789012345", "123456789012345"),
  refused("nothing", ""),
  refused("only a plus sign", "+"),
  refused("only parameters", ";npdi"),
  refused("a zero", "0"),
  refused("a leading zero", "04957000001"),
  refused("a leading zero after the plus sign", "+04957000001"),
  refused("a short number after 00", "00112"),
  refused("sixteen digits", "1234567890123456"),
  refused("more digits than any number has", "7".repeat(1000)),
  refused("two plus signs", "++74957000001"),
  refused("a plus sign inside", "7+4957000001"),
  refused("a comma", "74957000001,5"),
  refused("a comma first", ",74957000001"),
  refused("a letter", "7495700000l"),
  refused("letters", "operator"),
  refused("a letter before parameters", "s;npdi"),
  refused("a star", "*8"),
  refused("a hyphen", "7-495-700-00-01"),
  refused("a space", "7495 7000001"),
  refused("a dot", "7.4957000001"),
  refused("a quote", '74957000001"'),
  refused("an apostrophe", "74957000001'"),
  refused("an ampersand", "74957000001&SIP"),
  refused("a variable", "${EXTEN}"),
  refused("an expression", "$[1+1]"),
  refused("a line break", "74957000001\n"),
  refused("digits of another script", "٧٤٩٥٧٠٠٠٠٠١"),
];
