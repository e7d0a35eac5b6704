import { place } from "../router.ts";

interface OneTimeLink {
  readonly kind: "set-up" | "invitation";
  readonly token: string;
}

/** Undecodable texts are used unchanged: the server will reject the link. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** In the fragment, which servers and logs never see: `/app/set-up#TOKEN` and `/app/invitation#TOKEN`. */
export function linkHere(): OneTimeLink | null {
  const kind = /^\/app\/(set-up|invitation)$/.exec(place.value.path)?.[1];
  const token = decoded(location.hash.slice(1));
  if (token === "" || (kind !== "set-up" && kind !== "invitation")) return null;
  return { kind, token };
}
