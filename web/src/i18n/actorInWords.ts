import { fill } from "./fill.ts";
import { numbersTexts } from "./numbers.ts";

/** The actor of an action, as shown in lists. */
export function actorInWords({ kind, name }: { readonly kind: string; readonly name: string }): string {
  const { history } = numbersTexts.value;
  if (kind === "open" || kind === "anonymous") return history.beforeSignIn;
  return kind === "key" ? fill(history.byKey, { name }) : name;
}
