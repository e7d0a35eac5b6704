/** What the inbound provider says about a caller, in the header From and in others, and whether the number may be known. */
export interface CallerIdentity {
  readonly about: string;
  /** Value of the header From. */
  readonly from: string;
  readonly headers: readonly string[];
}

export const toldCaller = "79161234567";
const address = `<sip:${toldCaller}@provider.invalid>`;
const asserted = `P-Asserted-Identity: ${address}`;
const remote = (...parameters: readonly string[]): string =>
  ["Remote-Party-ID: " + address, "party=calling", ...parameters].join(";");

const by = (about: string, ...headers: readonly string[]): CallerIdentity => ({
  about,
  from: address,
  headers,
});
const named = (name: string): CallerIdentity => ({
  about: `the name ${name}`,
  from: `"${name}" ${address}`,
  headers: [],
});
const as = (user: string): CallerIdentity => ({
  about: `the user ${user}`,
  from: `<sip:${user}@provider.invalid>`,
  headers: [asserted],
});

export const withheldCallers: readonly CallerIdentity[] = [
  by("Privacy: id", asserted, "Privacy: id"),
  by(
    "Privacy: id, with a number in groups",
    asserted.replace("79161234567", "+7-916-123-45-67"),
    "Privacy: id",
  ),
  by("Privacy: user;id", asserted, "Privacy: user;id"),
  by("Privacy: Header; ID", asserted, "Privacy: Header; ID"),
  by("Privacy: none and another one", asserted, "Privacy: none", "Privacy: id"),
  by("Privacy: id and another one", asserted, "Privacy: id", "Privacy: none"),
  by("Privacy: none twice", asserted, "Privacy: none", "Privacy: none"),
  by("a Privacy that cannot be read", asserted, "Privacy: 1"),
  by("privacy=full", remote("privacy=full", "screen=yes")),
  by("privacy=uri", remote("privacy=uri")),
  by("privacy=name", remote("privacy=name")),
  by("privacy in quotes", remote('privacy="full"')),
  by("privacy in capitals", remote("PRIVACY=FULL")),
  by("privacy without a value", remote("privacy=")),
  by("privacy=offline", remote("privacy=offline")),
  by("privacy=off1", remote("privacy=off1")),
  by("privacy=full in a second header", remote("privacy=off"), remote("privacy=full")),
  by("three headers", remote("privacy=off"), remote("privacy=off"), remote("privacy=off")),
  by("both headers", asserted, remote("privacy=full")),
  ...[
    "Anonymous",
    "anonymous",
    "RESTRICTED",
    "Unavailable",
    "Private",
    "Unknown",
    "Withheld",
    "Caller ID blocked",
    "Private Number",
    "Unknown caller",
    "No Caller ID",
    "Number withheld",
    "Blocked call",
    "Hidden",
    "Out of Area",
    "Not available",
    "Anonymous Restricted",
    "Private/Withheld number",
    "CLIR",
    "Частный номер",
    "266696687",
    "Скрытый номер",
    "АНОНИМ",
    "Номер не определён",
    "неизвестный абонент",
    "Абонент скрыл номер",
  ].map(named),
  by("an asserted name", `P-Asserted-Identity: "Restricted" ${address}`),
  by("a second asserted identity", asserted, "P-Asserted-Identity: <sip:anonymous@anonymous.invalid>"),
  by("a second asserted identity in keys", asserted, "P-Asserted-Identity: <tel:+266696687>"),
  by("a second asserted name", asserted, `P-Asserted-Identity: "Скрытый номер" ${address}`),
  by("three asserted identities", asserted, asserted, asserted),
  by("two identities in one header", `${asserted}, <sip:anonymous@anonymous.invalid>`),
  by("two in one header, the other way round", asserted.replace("<", "<sip:anonymous@anonymous.invalid>, <")),
  by("two names in one header", `${asserted}, "Private" <tel:+${toldCaller}>`),
  by(
    "two in one header, without brackets",
    `P-Asserted-Identity: sip:${toldCaller}@a.invalid, sip:anonymous@b.invalid`,
  ),
  by("a name beside an asserted number", asserted, `Remote-Party-ID: "Anonymous" ${address};privacy=off`),
  by(
    "a second Remote-Party-ID",
    remote("privacy=off"),
    "Remote-Party-ID: <sip:unknown@b.invalid>;privacy=off",
  ),
  ...[
    "anonymous",
    "Anonymous",
    "unknown",
    "restricted",
    "unavailable",
    "private;x=1",
    "266696687",
    "+266696687",
    "7378742833",
    "86282452253",
    "18656696",
    "7748283",
    "2562533",
    "94844353",
    "6622553743",
  ].map(as),
  { about: "nothing but anonymous.invalid", from: "<sip:anonymous@anonymous.invalid>", headers: [] },
  { about: "the domain anonymous.invalid", from: `<sip:${toldCaller}@anonymous.invalid>`, headers: [] },
  { about: "keys in a tel URI", from: "<tel:+266696687>", headers: [asserted] },
  { about: "keys alone", from: "<sip:+266696687@provider.invalid>", headers: [] },
  { about: "no user", from: "<sip:provider.invalid>", headers: [] },
];

export const knownCallers: readonly CallerIdentity[] = [
  by("From alone"),
  by("P-Asserted-Identity", asserted),
  by("P-Asserted-Identity twice", asserted, `P-Asserted-Identity: <tel:+${toldCaller}>`),
  by("P-Asserted-Identity with a name", `P-Asserted-Identity: "Petrov, Ivan (Moscow)" ${address}`),
  by("P-Asserted-Identity and Remote-Party-ID", asserted, remote("privacy=off")),
  by("Privacy: none", asserted, "Privacy: none"),
  by("Privacy: NONE", asserted, "Privacy: NONE"),
  by("privacy=off", remote("privacy=off", "screen=yes")),
  by("privacy=off in quotes", remote('privacy="off"')),
  by("privacy=off twice", remote("privacy=off"), remote("privacy=off")),
  ...["Ivan Petrov", "Private Bank", "Unknown Pleasures", "Открытие", "Nomad", "79161234567", "Скрыпник"].map(
    named,
  ),
];
