import type { ComponentChildren } from "preact";
import { may } from "../../session.ts";
import { addressOf, noFilter } from "../calls/filters.ts";
import type { CallFilter } from "../calls/filters.ts";

/** The URL of the list of exactly the calls of a figure, which covers this time. */
export const callsOf = (
  { from, to }: { readonly from: string; readonly to: string },
  filter: Partial<CallFilter> = {},
): string => addressOf({ ...noFilter, ...filter, period: "range", from, to });

/** A figure that leads to its calls, for viewers who may see them. */
export function CallsLink(props: {
  readonly stats: { readonly from: string; readonly to: string };
  readonly filter?: Partial<CallFilter>;
  readonly children: ComponentChildren;
}) {
  if (!may.value("calls.read")) return <>{props.children}</>;
  return (
    <a class="plain" data-opens href={callsOf(props.stats, props.filter)}>
      {props.children}
    </a>
  );
}
