/** Where the data is. Settings have the same shape. */
export type DatabaseAddress =
  | { readonly kind: "mysql"; readonly url: string; readonly poolSize: number }
  | { readonly kind: "sqlite"; readonly file: string };
