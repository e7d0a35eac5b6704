export const en = {
  title: "Test call",
  intro:
    "Asterisk calls the real number through the outbound trunk, as for a caller who withholds the number. The callee hears beeps. The call ends after {seconds} seconds at most and appears in the call list and in the audit log.",
  call: "Call now",
  askTitle: "Call {number} now?",
  askText: "The phone of the person behind this number will ring.",
  placing: "Calling…",
  hangUp: "Hang up",
  ended: "The test call is over:",
  gone: "The test call is no longer on the live board. Its record is in the call list.",
  sipCode: "SIP {code}",
  cause: "Q.850 cause {cause}",
  record: "Open its record",
  problems: {
    TEST_CALL_WOULD_BE_REFUSED: "Calls to this number are being refused.",
    TEST_CALL_WOULD_BE_REFUSED_remedy: "“Try this number” shows why.",
    TEST_CALL_UNDER_WAY: "Another test call is in progress.",
    TEST_CALL_UNDER_WAY_remedy: "Wait until it is over. That takes half a minute at most.",
    NO_CONTROLLER: "phone-proxy is not connected to any Asterisk.",
    NO_CONTROLLER_remedy: "The System page shows why.",
    SHUTTING_DOWN: "phone-proxy is shutting down.",
    SHUTTING_DOWN_remedy: "Try again once it is running.",
    ASTERISK_REFUSED: "Asterisk rejected the test call.",
    ASTERISK_REFUSED_remedy: "Asterisk's log shows why.",
    INSTANCE_SILENT: "The instance that handles the calls is not answering.",
    INSTANCE_SILENT_remedy: "Check whether the call is on the live board, then try again.",
  },
};

/** Every language has exactly these texts. */
export type TestCallTexts = typeof en;
