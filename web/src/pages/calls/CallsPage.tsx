import { texts } from "../../i18n/index.ts";
import type { PageProps } from "../pageProps.ts";
import { CallDetails } from "./CallDetails.tsx";
import { CallList } from "./CallList.tsx";

/** The record of calls, and below `/app/calls/` the page of one call. */
export default function CallsPage({ rest }: PageProps) {
  // The texts are read here so that the key makes a fresh page for each call.
  void texts.value;
  return rest === "" ? <CallList /> : <CallDetails key={rest} callId={rest} />;
}
