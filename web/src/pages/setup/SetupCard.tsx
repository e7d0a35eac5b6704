import type { ComponentChildren } from "preact";
import { api } from "../../api/client.ts";
import type { FirstCallGuide } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill } from "../../i18n/index.ts";
import { setupTexts } from "../../i18n/setup.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { Badge } from "../../ui/feedback.tsx";
import { TestCall } from "../numbers/TestCall.tsx";
import { CopyText } from "./CopyText.tsx";

function Step(props: {
  readonly name: keyof FirstCallGuide["done"];
  readonly guide: FirstCallGuide;
  readonly children?: ComponentChildren;
}) {
  const words = setupTexts.value;
  const done = props.guide.done[props.name];
  const { title, text } = words.steps[props.name];
  return (
    <li data-step={props.name} data-done={done}>
      <strong>{title}</strong> <Badge tone={done ? "ok" : "warn"}>{done ? words.done : words.toDo}</Badge>
      {!done && (
        <>
          <p class="muted">{text}</p>
          {props.children}
        </>
      )}
    </li>
  );
}

function Steps({ guide }: { readonly guide: FirstCallGuide }) {
  const words = setupTexts.value;
  const { proxyNumber, inboundTrunks } = guide;
  return (
    <ol class="steps setup-steps">
      <Step name="database" guide={guide} />
      <Step name="pool" guide={guide}>
        <a href="/app/pools">{words.toPools}</a>
      </Step>
      <Step name="numbers" guide={guide}>
        {may.value("numbers.write") && <a href="/app/import">{words.toImport}</a>}
      </Step>
      <Step name="asterisk" guide={guide}>
        <details>
          <summary>{words.snippet}</summary>
          <CopyText label={words.snippet} text={guide.snippet} />
        </details>
        <a href="/app/system">{words.toSystem}</a>
      </Step>
      <Step name="inboundTrunk" guide={guide}>
        <ul>
          {inboundTrunks.map(({ name, did }) => (
            <li key={name}>{fill(words.trunk, { name, where: words.dids[did] })}</li>
          ))}
          {proxyNumber !== null && (
            <li>
              {fill(words.spellings, {
                number: formatPhone(proxyNumber.number),
                spellings: proxyNumber.spellings.join(", "),
              })}
            </li>
          )}
        </ul>
      </Step>
      <Step name="access" guide={guide}>
        <a href="/app/admin">{words.toAccess}</a>
      </Step>
      <Step name="call" guide={guide}>
        {guide.mapping === null ? (
          <a href="/app/numbers">{words.toNumbers}</a>
        ) : (
          <>
            <a href={`/app/numbers/${guide.mapping.id}`}>
              {fill(words.toNumber, { number: formatPhone(guide.mapping.proxyNumber) })}
            </a>
            {may.value("calls.test") && (
              <TestCall id={String(guide.mapping.id)} proxyNumber={guide.mapping.proxyNumber} />
            )}
          </>
        )}
      </Step>
    </ol>
  );
}

const renewMs = 15_000;

/** Guides through the setup until the first call is answered. */
export function SetupCard() {
  const words = setupTexts.value;
  const guide = useResource("first call", (signal) => api.firstCallGuide({ signal }), { everyMs: renewMs })
    .state.value.value;
  if (guide === null || guide.done.call) return null;
  return (
    <section class="card card-body" aria-labelledby="setup-title">
      <h2 id="setup-title">{words.title}</h2>
      <p class="muted">{words.intro}</p>
      <Steps guide={guide} />
    </section>
  );
}
