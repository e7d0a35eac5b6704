import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { TotpSecret, User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { loadSession } from "../../session.ts";
import { Badge, toast } from "../../ui/feedback.tsx";
import { AuthenticatorSetUp } from "./AuthenticatorSetUp.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { ProofDialog } from "./ProofDialog.tsx";

/** Authenticator codes at sign-in: enable, replace, disable, and the steps in between. */
export function Authenticator({ user }: { readonly user: User }) {
  const words = accessTexts.value.account;
  const begun = useSignal<TotpSecret | null>(null);
  const asking = useSignal<"start" | "stop" | "codes" | null>(null);
  const codes = useSignal<readonly string[] | null>(null);

  function settled(text: string): void {
    begun.value = null;
    asking.value = null;
    toast(text);
    void loadSession();
  }

  const ask = (what: "start" | "stop" | "codes", label: string) => (
    <button
      type="button"
      class="button"
      onClick={() => {
        asking.value = what;
      }}
    >
      {label}
    </button>
  );

  return (
    <section class="card" aria-labelledby="totp-title">
      <div class="card-head">
        <h2 id="totp-title">{words.totp}</h2>
        <Badge tone={user.hasTotp ? "ok" : "calm"}>{user.hasTotp ? words.totpOn : words.totpOff}</Badge>
      </div>
      <div class="card-body form">
        {codes.value !== null && (
          <RecoveryCodes
            codes={codes.value}
            onDone={() => {
              codes.value = null;
            }}
          />
        )}
        {begun.value === null && codes.value === null && (
          <>
            <p class="muted">
              {user.hasTotp ? words.totpOnText : words.totpOffText}{" "}
              {user.hasTotp && fill(words.recoveryLeft, { n: user.recoveryCodesLeft })}
            </p>
            <div class="toolbar">
              {ask("start", user.hasTotp ? words.replace : words.start)}
              {user.hasTotp && ask("codes", words.recoveryRenew)}
              {user.hasTotp && ask("stop", words.stop)}
            </div>
          </>
        )}
        {begun.value !== null && (
          <AuthenticatorSetUp
            secret={begun.value}
            onConfirmed={(shown) => {
              codes.value = shown;
              settled(words.on);
            }}
            onCancel={() => {
              begun.value = null;
            }}
          />
        )}
      </div>
      {asking.value === "start" && (
        <ProofDialog
          title={user.hasTotp ? words.replaceTitle : words.startTitle}
          text={user.hasTotp ? words.replaceText : words.startText}
          label={words.proceed}
          asksCode={user.hasTotp}
          danger={false}
          work={async (proof) => {
            begun.value = await api.startTotp(proof);
          }}
          onDone={() => {
            asking.value = null;
          }}
          onClose={() => {
            asking.value = null;
          }}
        />
      )}
      {asking.value === "codes" && (
        <ProofDialog
          title={words.recoveryRenewTitle}
          text={words.recoveryRenewText}
          label={words.proceed}
          asksCode
          danger={false}
          work={async (proof) => {
            codes.value = (await api.renewRecoveryCodes(proof)).codes;
          }}
          onDone={() => {
            asking.value = null;
            void loadSession();
          }}
          onClose={() => {
            asking.value = null;
          }}
        />
      )}
      {asking.value === "stop" && (
        <ProofDialog
          title={words.stopTitle}
          text={words.stopText}
          label={words.stop}
          asksCode
          danger
          work={(proof) => api.stopTotp(proof)}
          onDone={() => settled(words.off)}
          onClose={() => {
            asking.value = null;
          }}
        />
      )}
    </section>
  );
}
