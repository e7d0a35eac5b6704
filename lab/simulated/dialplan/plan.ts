/** What tests can change about the dialplan. */
export interface Dialplan {
  readonly application: string;
  /** The fallback's own lookup; without one, lookups are unavailable. */
  readonly lookup: (call: FallbackCall) => FallbackAnswer;
  /** Receives each line of Asterisk's call file. */
  readonly callFile: (line: string) => void;
}

/** What the fallback knows of a call. */
export interface FallbackCall {
  readonly dialled: string;
  readonly proxy: string;
  readonly also: string;
  readonly caller: string;
}

/** Where the fallback sends the call: the same two contexts that a controller's decision names. */
export interface FallbackAnswer {
  /** The lookup that was asked last. */
  readonly path: "odbc" | "http";
  readonly context: "connect" | "refuse";
  readonly extension: string;
}

export const refusal = (extension: string): FallbackAnswer => ({
  path: "odbc",
  context: "refuse",
  extension,
});

/** Neither the database nor the application, which is asked last, answered. */
export const lookupUnavailable: FallbackAnswer = {
  ...refusal("failed*lookup_unavailable*34*failed*"),
  path: "http",
};

export const defaultDialplan: Dialplan = {
  application: "phone-proxy",
  lookup: () => lookupUnavailable,
  callFile: () => undefined,
};

export const hopHeader = "X-Phone-Proxy-Hop";
/** Of this installation. */
export const hopMark = "lab";
