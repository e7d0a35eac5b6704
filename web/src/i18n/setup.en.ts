export const en = {
  title: "To your first call",
  intro: "This card disappears once a call has been answered.",
  done: "Done",
  toDo: "To do",
  toPools: "Go to pools",
  toImport: "Import numbers",
  toSystem: "See the system page",
  toAccess: "How to require sign-in",
  toNumbers: "Go to numbers",
  snippet: "asterisk/settings.env for this installation",
  trunk: "{name}: the dialled number is expected in {where}.",
  dids: {
    request: "the Request-URI",
    to: "the header To",
    "p-called-party-id": "the header P-Called-Party-ID",
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
      text: "Save these lines as asterisk/settings.env, fill in what is empty, and run asterisk/render.sh asterisk/settings.env /. For an Asterisk that serves something else, see docs/trunk.md; for FreePBX and FusionPBX, docs/pbx.md.",
    },
    inboundTrunk: {
      title: "Inbound trunk",
      text: "No call has arrived yet. Let your provider send calls to the proxy numbers to this Asterisk, unanswered, with the caller's number in From or P-Asserted-Identity.",
    },
    access: {
      title: "Access",
      text: "Open to everybody who can reach this page. Set ACCESS=required before you go live.",
    },
    call: {
      title: "Test call",
      text: "Open a number, and try what would happen to a call. Then dial its proxy number from another phone, and answer.",
    },
  },
};

/** Every language has exactly these texts. */
export type SetupTexts = typeof en;
