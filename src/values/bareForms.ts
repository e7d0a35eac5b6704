/**
 * The meaning of the digits of a column without a plus sign, if known. `national`: as the default country has them,
 * without its prefix, so that ten digits are whole. `international`: with a country code.
 */
export const bareForms = ["national", "international"] as const;
export type BareForm = (typeof bareForms)[number];
