import { api } from "../../api/client.ts";
import type { FoundMapping } from "../../api/client.ts";
import { formatExpiry } from "../../format/expiry.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatMinute } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { may } from "../../session.ts";
import { Phone } from "../../ui/controls.tsx";
import { SecretNumber } from "./SecretNumber.tsx";
import { MappingStateBadge } from "./MappingStateBadge.tsx";

export function MappingFacts({ mapping }: { readonly mapping: FoundMapping }) {
  const words = texts.value.numbers;
  const { common } = texts.value;
  const own = numbersTexts.value;
  const { importId, successor } = mapping;
  // The import's page shows numbers as written in the file.
  const opensImport = may.value("numbers.write") && may.value("numbers.real");
  return (
    <dl class="facts">
      <dt>{words.state}</dt>
      <dd>
        <MappingStateBadge mapping={mapping} />
      </dd>
      <dt>{words.proxy}</dt>
      <dd>
        <Phone number={mapping.proxyNumber} />
      </dd>
      <dt>{words.real}</dt>
      <dd>
        <SecretNumber number={mapping.realNumber} reveal={() => api.revealMapping(String(mapping.id))} />
      </dd>
      <dt>{words.label}</dt>
      <dd>{mapping.label ?? common.none}</dd>
      <dt>{words.reference}</dt>
      <dd>{mapping.reference ?? common.none}</dd>
      <dt>{words.expires}</dt>
      <dd class="number">{mapping.expiresAt === null ? words.never : formatExpiry(mapping.expiresAt)}</dd>
      <dt>{words.pool}</dt>
      <dd>{mapping.pool?.name ?? common.none}</dd>
      {mapping.quarantinedUntil !== null && (
        <>
          <dt>{words.quarantinedUntil}</dt>
          <dd class="number">{formatMinute(mapping.quarantinedUntil)}</dd>
        </>
      )}
      {successor !== null && (
        <>
          <dt>{own.add.successor}</dt>
          <dd>
            <a class="number" href={`/app/numbers/${successor.id}`}>
              {formatPhone(successor.proxyNumber)}
            </a>
          </dd>
        </>
      )}
      {importId !== null && (
        <>
          <dt>{words.import}</dt>
          <dd>
            {opensImport ? (
              <a href={`/app/import/${importId}`}>{fill(own.importNumber, { id: importId })}</a>
            ) : (
              fill(own.importNumber, { id: importId })
            )}
          </dd>
        </>
      )}
      <dt>{words.created}</dt>
      <dd class="number">{formatMinute(mapping.createdAt)}</dd>
      <dt>{words.changed}</dt>
      <dd class="number">{formatMinute(mapping.updatedAt)}</dd>
    </dl>
  );
}
