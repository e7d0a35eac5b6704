/** Counted words: the form is chosen by the rules of the language. */
export interface Counted {
  readonly one: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}
