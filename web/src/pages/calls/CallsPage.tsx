import { texts } from "../../i18n/index.ts";
import type { PageProps } from "../pageProps.ts";
import { CallDetails } from "./CallDetails.tsx";
import { CallList } from "./CallList.tsx";

/** Call records, and the page of each call at `/app/calls/{id}`. */
export default function CallsPage({ rest }: PageProps) {
  // Reads the texts here so that the key creates a new page for each call.
  void texts.value;
  return rest === "" ? <CallList /> : <CallDetails key={rest} callId={rest} />;
}
