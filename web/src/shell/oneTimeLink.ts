import { place } from "../router.ts";

export interface OneTimeLink {
  readonly kind: "set-up" | "invitation";
  readonly token: string;
}

/** What cannot be decoded is taken as it is: the server will say that the link is not valid. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Behind `#`, where no server and no log sees it: `/app/set-up#TOKEN` and `/app/invitation#TOKEN`. */
export function linkHere(): OneTimeLink | null {
  const kind = /^\/app\/(set-up|invitation)$/.exec(place.value.path)?.[1];
  const token = decoded(location.hash.slice(1));
  if (token === "" || (kind !== "set-up" && kind !== "invitation")) return null;
  return { kind, token };
}
