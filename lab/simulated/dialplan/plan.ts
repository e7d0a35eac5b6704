/** What the tests may change about the dialplan. */
export interface Dialplan {
  readonly application: string;
  /** How long `[incoming]` waits for a decision, and `[ended]` for the controller to read what became of a call. */
  readonly decisionSeconds: number;
  readonly endSeconds: number;
  /** The fallback's own lookup; without one the number cannot be looked up. */
  readonly lookup: (call: FallbackCall) => FallbackAnswer;
  /** Receives each line of Asterisk's call file. */
  readonly callFile: (line: string) => void;
  /** The dialplan before the controller's decision was one `continue`: arguments, no deadline, no account code. */
  readonly former: boolean;
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
  /** Who answered; null if neither did. */
  readonly path: "odbc" | "http" | null;
  readonly context: "connect" | "refuse";
  readonly extension: string;
}

/** Neither the database nor the application answered. */
export const lookupUnavailable: FallbackAnswer = {
  path: null,
  context: "refuse",
  extension: "failed*lookup_unavailable*34*failed*",
};

export const defaultDialplan: Dialplan = {
  application: "phone-proxy",
  decisionSeconds: 1.5,
  endSeconds: 1,
  lookup: () => lookupUnavailable,
  callFile: () => undefined,
  former: true,
};

export const hopHeader = "X-Phone-Proxy-Hop";
