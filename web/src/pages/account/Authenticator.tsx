import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { TotpSecret, User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useAction } from "../../net/action.ts";
import { loadSession } from "../../session.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Badge, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { AuthenticatorSetUp } from "./AuthenticatorSetUp.tsx";

/** Authenticator codes at sign-in: enable, disable, and the steps in between. */
export function Authenticator({ user }: { readonly user: User }) {
  const words = accessTexts.value.account;
  const begun = useSignal<TotpSecret | null>(null);
  const stopping = useSignal(false);
  const password = useSignal("");
  const action = useAction();

  function settled(text: string): void {
    begun.value = null;
    stopping.value = false;
    password.value = "";
    toast(text);
    void loadSession();
  }

  const start = (): Promise<boolean> =>
    action.run(async () => {
      begun.value = await api.startTotp();
    });

  return (
    <section class="card" aria-labelledby="totp-title">
      <div class="card-head">
        <h2 id="totp-title">{words.totp}</h2>
        <Badge tone={user.hasTotp ? "ok" : "calm"}>{user.hasTotp ? words.totpOn : words.totpOff}</Badge>
      </div>
      <div class="card-body form">
        {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
        {begun.value === null && (
          <>
            <p class="muted">{user.hasTotp ? words.totpOnText : words.totpOffText}</p>
            <div>
              <button
                type="button"
                class="button"
                disabled={action.busy.value}
                onClick={() => {
                  if (user.hasTotp) stopping.value = true;
                  else void start();
                }}
              >
                {user.hasTotp ? words.stop : words.start}
              </button>
            </div>
          </>
        )}
        {begun.value !== null && (
          <AuthenticatorSetUp
            secret={begun.value}
            onConfirmed={() => settled(words.on)}
            onCancel={() => {
              begun.value = null;
            }}
          />
        )}
      </div>
      {stopping.value && (
        <ConfirmDialog
          title={words.stopTitle}
          text={words.stopText}
          label={words.stop}
          work={() => api.stopTotp({ password: password.value })}
          onDone={() => settled(words.off)}
          onClose={() => {
            stopping.value = false;
            password.value = "";
          }}
        >
          <TextField
            label={words.current}
            text={password}
            required
            password
            autocomplete="current-password"
          />
        </ConfirmDialog>
      )}
    </section>
  );
}
