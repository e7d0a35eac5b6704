export const en = {
  title: "Your first call",
  intro: "This card disappears once a call has been answered.",
  done: "Done",
  toDo: "To do",
  toPools: "Go to pools",
  toImport: "Import numbers",
  toSystem: "Open the System page",
  toAccess: "How to require sign-in",
  toNumbers: "Go to numbers",
  toNumber: "Try a call to {number}",
  snippet: "asterisk/settings.env for this installation",
  trunk: "{name}: the dialled number is expected in {where}.",
  dids: {
    request: "the Request-URI",
    to: "the To header",
    "p-called-party-id": "the P-Called-Party-ID header",
  },
  spellings: "Your provider may write {number} in any of these ways: {spellings}.",
  steps: {
    database: { title: "Database", text: "The database is not available." },
    pool: {
      title: "Pool of proxy numbers",
      text: "Create a pool with the numbers that your provider routes to you.",
    },
    numbers: { title: "Numbers", text: "Upload real numbers, or add one. Each gets a proxy number." },
    asterisk: {
      title: "Asterisk",
      text: "Save these lines as asterisk/settings.env, fill in the empty values, and run asterisk/render.sh asterisk/settings.env /. If your Asterisk also does other work, see docs/trunk.md. For FreePBX and FusionPBX, see docs/pbx.md.",
    },
    inboundTrunk: {
      title: "Inbound trunk",
      text: "No call has arrived yet. Your provider must route calls for the proxy numbers to this Asterisk without answering them, and send the caller's number in From or P-Asserted-Identity.",
    },
    access: {
      title: "Access",
      text: "Anyone who can reach this page has full access. Set ACCESS=required before you go live.",
    },
    call: {
      title: "Test call",
      text: "Open a number and check what would happen to a call. An administrator can also let Asterisk call its real number. Then dial the proxy number from another phone, and answer.",
    },
  },
};

/** Every language has exactly these texts. */
export type SetupTexts = typeof en;
