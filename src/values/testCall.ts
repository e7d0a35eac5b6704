/** The inbound trunk in the record of a test call, as `asterisk/extensions.conf` writes it: no provider's calls have it. */
export const testCallTrunk = "test-call";

/** Asterisk ends a test call after this time, from the beginning of the call. */
export const testCallSeconds = 30;
