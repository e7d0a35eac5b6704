import { expect } from "chai";
import type { CallRecord } from "../../src/values/callRecord.ts";
import { AsteriskLog } from "../support/asteriskLog.ts";
import { type CallPath, startSome, SystemOnPath } from "../support/callPaths.ts";
import type { CallRow, Mapped } from "../support/realCalls.ts";
import { headerValues, type SipMessage } from "../support/sipp.ts";
import { SipSender, type SentInvite } from "../support/sipSender.ts";
import {
  type CallerIdentity,
  knownCallers,
  toldCaller,
  withheldCallers,
} from "../support/withheldCallers.ts";

const fixed = "78005553535";
const policies = ["caller", "proxy", "fixed", "anonymous"] as const;
type Policy = (typeof policies)[number];

/** A call to a busy callee: the INVITE and the record show everything. */
interface Placed {
  readonly policy?: Policy;
  /** `PROXY` in it is the proxy number. */
  readonly invite: SentInvite;
}

interface Seen extends Mapped {
  readonly code: number;
  readonly row: CallRow;
  readonly atCallee: readonly SipMessage[];
}

/** The dialplan reads a call before it is known who decides, so one path of each kind is enough. */
const paths: readonly CallPath[] = ["dial", "odbc"];
for (const [index, path] of paths.entries())
  describe(`what the provider says about a call, on the path "${path}"`, function suite() {
    this.timeout(90_000);
    let on: SystemOnPath;
    let sender: SipSender;
    let serial = 0;
    let log: AsteriskLog;

    before(async function prepare() {
      on = await SystemOnPath.startOrSkip(this, path, `74958${index}`);
      sender = await SipSender.open(on.system.lab.inboundProvider.host, on.system.lab.sip);
      log = new AsteriskLog();
    });
    after(async () => {
      await sender?.close();
      await on?.stop();
    });

    const place = async ({ policy, invite }: Placed): Promise<Seen> => {
      const { system } = on;
      const mapped = await system.mapped("busy", {
        caller_id_policy: policy ?? null,
        caller_id_number: policy === "fixed" ? fixed : null,
      });
      const { proxy, real } = mapped;
      const callId = `caller-${index}-${(serial += 1)}`;
      sender.invite(callId, JSON.parse(withProxy(JSON.stringify({ user: proxy, ...invite }), proxy)));
      const code = await sender.finalCode(callId);
      return {
        ...mapped,
        code,
        row: await system.recordOf(proxy),
        atCallee: system.callees.messagesOf(real),
      };
    };

    const expectShown = ({ atCallee }: Seen, shown: string | null): void => {
      const invite = atCallee.find(({ startLine }) => startLine.startsWith("INVITE"));
      const from = invite && /sip:([^@]*)@/u.exec(headerValues(invite, "From")[0] ?? "")?.[1];
      expect(from).to.equal(shown ?? "anonymous");
    };
    const shownUnder = (policy: Policy, { proxy }: Mapped, caller: string | null): string | null =>
      ({ caller, proxy, fixed, anonymous: null })[policy];

    /** Places all calls of a table before the first test, and tests them one by one. */
    const theTable = <Item extends Placed>(
      items: readonly Item[],
      nameOf: (item: Item) => string,
      check: (item: Item, seen: Seen) => void,
    ): void => {
      let placed: ReadonlyMap<Item, Promise<Seen>>;
      before(() => {
        placed = startSome(items, on.atATime, place);
      });
      for (const item of items)
        it(nameOf(item), async () => check(item, await (placed.get(item) ?? expect.fail("not placed"))));
    };

    /** Under the policy that shows callers, and each under one of the others. */
    const underPolicies = (identities: readonly CallerIdentity[]) =>
      identities.flatMap(({ about, from, headers }, at) =>
        (["caller", policies[1 + (at % 3)] ?? "proxy"] as const).map((policy) => ({
          about,
          policy,
          invite: { from, headers },
        })),
      );

    describe("a withheld number is neither shown nor recorded", () =>
      theTable(
        underPolicies(withheldCallers),
        ({ about, policy }) => `${about}, under the policy ${policy}`,
        ({ policy }, seen) => {
          expect(seen.code).to.equal(486);
          expect(seen.row).to.include({ caller_id: "", call_status: "busy" });
          expect(JSON.stringify(seen.row)).not.to.contain(toldCaller.slice(1));
          expectShown(seen, shownUnder(policy, seen, null));
          const told = seen.atCallee.filter(({ direction }) => direction === "received");
          for (const { text } of told) expect(text).not.to.contain(toldCaller.slice(1));
        },
      ));

    describe("any other number is known", () =>
      theTable(
        underPolicies(knownCallers),
        ({ about, policy }) => `${about}, under the policy ${policy}`,
        ({ policy }, seen) => {
          expect(seen.code).to.equal(486);
          expect(seen.row).to.include({ caller_id: toldCaller, call_status: "busy" });
          expectShown(seen, shownUnder(policy, seen, toldCaller));
        },
      ));

    interface Written extends Placed {
      readonly about: string;
      /** As recorded. */
      readonly caller: string;
      readonly status?: CallRecord["status"];
    }
    const written = (user: string, caller: string): Written => ({
      about: user,
      policy: "caller",
      invite: { from: `<sip:${user}@provider.invalid>` },
      caller,
    });
    const asserted = (identities: string, caller: string): Written => ({
      about: identities,
      policy: "caller",
      invite: { from: "<sip:pbx@provider.invalid>", headers: [`P-Asserted-Identity: ${identities}`] },
      caller,
    });
    const callersAre = (items: readonly Written[]): void =>
      theTable(
        items,
        ({ about, caller }) => `${about}: ${caller}`,
        ({ caller, status = "busy" }, seen) => {
          const isNumber = /^\d+$/u.test(caller);
          expect(seen.row).to.include({
            caller_id: withProxy(caller, seen.proxy),
            call_status: status,
            shown_number: status === "busy" && isNumber ? caller : null,
          });
          if (status === "busy") expectShown(seen, isNumber ? caller : null);
        },
      );

    describe("callers are numbers in E.164", () =>
      callersAre([
        written("+79161234567", toldCaller),
        written("79161234567", toldCaller),
        written("79161234567;cpc=ordinary", toldCaller),
        written("+79161234567;phone-context=x", toldCaller),
        written("+7-916-123-45-67", toldCaller),
        written("7.916.123.45.67", toldCaller),
        written("+7(916)123-45-67", toldCaller),
        written("reception", "reception"),
        asserted("<sip:ivan@provider.invalid>, <TEL:+7(916)123-45-67>", toldCaller),
        asserted('"Petrov, Ivan" <tel:+79161234567;x=1>, <sip:ivan@provider.invalid>', toldCaller),
        { ...written("+PROXY", "PROXY"), status: "loop" },
      ]));

    describe("a name that looks like a URI is no number", () =>
      callersAre(
        [
          '"tel:+79160000001"',
          '"<tel:+79160000001>"',
          '"<tel:+79160000001> !"',
          '"a\\" <tel:+79160000001> \\"b"',
          '"sip:a@b, <tel:+79160000001>"',
        ].map((name) => asserted(`${name} <sip:+79161234567@provider.invalid>`, toldCaller)),
      ));

    interface Dialled extends Placed {
      readonly about: string;
      readonly code: number;
    }
    const dialled = (about: string, invite: SentInvite, code = 486): Dialled => ({ about, invite, code });
    const numbersAre = (items: readonly Dialled[]): void =>
      theTable(
        items,
        ({ about, code }) => `${about}: ${code}`,
        ({ code }, seen) => {
          expect(seen.code).to.equal(code);
          expect(seen.row.fake_phone).to.equal(seen.proxy);
        },
      );

    describe("the dialled number is in the Request-URI", () =>
      numbersAre([
        dialled("with user=phone", { parameters: ";user=phone" }),
        dialled("with a percent sign after it", { user: "PROXY%25" }, 484),
        dialled("whatever To says", { to: "<sip:+74950000000@provider.invalid>" }),
      ]));

    describe("with a trunk that writes callers as dialled in the country, and the dialled number in To", () => {
      before(() =>
        on.use({
          INBOUND_TRUNKS: JSON.stringify([{ name: "trunk-in", callerNumbers: "national", did: "to" }]),
        }),
      );
      const inTo = ({ invite, ...rest }: Written): Written => ({
        ...rest,
        invite: { user: "account", to: "<sip:PROXY@provider.invalid>", ...invite },
      });
      callersAre(
        [
          written("89161234567", toldCaller),
          written("9161234567", toldCaller),
          written("79161234567", toldCaller),
          written("+79161234567", toldCaller),
          written("0079161234567", toldCaller),
          written("81079161234567", toldCaller),
          written("4915112345678", "4915112345678"),
          written("01234", "01234"),
          written("reception", "reception"),
          { ...written("PROXY", "PROXY"), status: "loop" as const },
        ].map(inTo),
      );
      numbersAre([
        dialled("a number in To", { user: "account", to: "<sip:+PROXY@provider.invalid>" }),
        dialled("with a name and parameters", {
          user: "account",
          to: '"A, <sip:74950000000@x> B" <sip:PROXY;npdi@provider.invalid;user=phone>;x=1',
        }),
        dialled("a tel URI", { user: "account", to: "<tel:+PROXY>" }),
        dialled("no number", { user: "74950000000", to: "<sip:PROXYx@provider.invalid>" }, 484),
      ]);
    });

    describe("with the dialled number in P-Called-Party-ID", () => {
      before(() =>
        on.use({ INBOUND_TRUNKS: JSON.stringify([{ name: "trunk-in", did: "p-called-party-id" }]) }),
      );
      numbersAre([
        dialled("a number", {
          user: "account",
          headers: ["P-Called-Party-ID: <sip:+PROXY@provider.invalid>"],
        }),
        dialled("an escaped plus sign", {
          user: "account",
          headers: ["P-Called-Party-ID: <SIP:%2BPROXY@provider.invalid>"],
        }),
        dialled("a number with a name", {
          user: "account",
          headers: ['P-Called-Party-ID: "B" <sip:PROXY@provider.invalid;user=phone>'],
        }),
      ]);
    });

    it("leaves no number in Asterisk's log", () => {
      expect(log.linesWith("9161234567", `74958${index}`)).to.deep.equal([]);
      // Fewer digits are in a time or the number of a thread here and there.
      expect(log.lines.filter((line) => /7900\d{7}/u.test(line))).to.deep.equal([]);
    });
  });

const withProxy = (text: string, proxy: string): string => text.replaceAll("PROXY", proxy);
