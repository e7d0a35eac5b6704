import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Invitation, User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { navigate } from "../../router.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { toast } from "../../ui/feedback.tsx";

type Deed = "link" | "reset" | "enable" | "disable" | "remove";

/** Actions on another user; each asks for confirmation, because most of them end sessions. */
export function UserActions(props: {
  readonly user: User;
  readonly onChanged: () => void;
  readonly onInvitation: (invitation: Invitation) => void;
}) {
  const { user, onChanged, onInvitation } = props;
  const words = accessTexts.value.users;
  const asked = useSignal<Deed | null>(null);
  const id = String(user.id);
  const named = (text: string): string => fill(text, { name: user.username });
  const ask = (deed: Deed) => (): void => {
    asked.value = deed;
  };

  const questions = {
    link: {
      title: words.linkAskTitle,
      text: words.linkAskText,
      label: words.linkMake,
      work: async () => onInvitation(await api.inviteUser(id)),
      done: null,
    },
    reset: {
      title: words.resetTitle,
      text: words.resetText,
      label: words.reset,
      work: () => api.resetTotp(id),
      done: words.resetDone,
    },
    enable: {
      title: words.enableTitle,
      text: words.enableText,
      label: words.enable,
      work: () => api.changeUser(id, { disabled: false }),
      done: words.enabled,
    },
    disable: {
      title: words.disableTitle,
      text: words.disableText,
      label: words.disable,
      work: () => api.changeUser(id, { disabled: true }),
      done: words.disabledDone,
    },
    remove: {
      title: words.removeTitle,
      text: words.removeText,
      label: words.remove,
      work: () => api.deleteUser(id),
      done: words.removed,
    },
  } as const;
  const deed = asked.value;
  const question = deed === null ? null : questions[deed];

  return (
    <>
      <button type="button" class="button" onClick={ask("link")}>
        {words.link}
      </button>
      {user.hasTotp && (
        <button type="button" class="button" onClick={ask("reset")}>
          {words.reset}
        </button>
      )}
      <button type="button" class="button" onClick={ask(user.disabled ? "enable" : "disable")}>
        {user.disabled ? words.enable : words.disable}
      </button>
      <button type="button" class="button danger" onClick={ask("remove")}>
        {words.remove}
      </button>
      {question !== null && (
        <ConfirmDialog
          title={named(question.title)}
          text={named(question.text)}
          label={question.label}
          danger={deed !== "link" && deed !== "enable"}
          work={question.work}
          onDone={() => {
            asked.value = null;
            if (question.done !== null) toast(named(question.done));
            if (deed === "remove") navigate("/app/admin/users", { replace: true });
            else onChanged();
          }}
          onClose={() => {
            asked.value = null;
          }}
        />
      )}
    </>
  );
}
