import type { ErasureReport, PrivacyReport } from "../../../api/client.ts";
import { formatDateTime } from "../../../format/time.ts";
import { fill } from "../../../i18n/index.ts";
import { privacyTexts } from "../../../i18n/privacy.ts";

type Report = ErasureReport | PrivacyReport;

const instancePlaces = ["spoolLines", "callFileLines", "importFiles"] as const;

/** Each place with the number, and the number of occurrences. */
function placesOf({ findings, instances }: Report): readonly (readonly [string, number])[] {
  const words = privacyTexts.value;
  const shared = Object.entries(words.places).map(
    ([place, name]) => [name, new Map(Object.entries(findings)).get(place) ?? 0] as const,
  );
  const own = instances.flatMap((instance) =>
    instancePlaces.map(
      (place) => [fill(words.ofInstance[place], { node: instance.node }), instance[place]] as const,
    ),
  );
  return [...shared, ...own].filter(([, count]) => count > 0);
}

const mappingIdsOf = (report: Report): readonly number[] =>
  "mappingIds" in report ? report.mappingIds : report.mappings.map(({ id }) => id);

function Links({ report }: { readonly report: Report }) {
  const words = privacyTexts.value;
  const links = [
    ...mappingIdsOf(report).map((id) => [`/app/numbers/${id}`, fill(words.mappingOf, { id })] as const),
    ...report.imports.map(({ id }) => [`/app/import/${id}`, fill(words.importOf, { id })] as const),
  ];
  if (links.length === 0) return null;
  return (
    <p class="pairs">
      {links.map(([address, text]) => (
        <a key={address} href={address}>
          {text}
        </a>
      ))}
    </p>
  );
}

/** The findings by place, and the copies that expire by themselves. */
export function Findings({ report, nothing }: { readonly report: Report; readonly nothing: string }) {
  const words = privacyTexts.value;
  const places = placesOf(report);
  return (
    <>
      {places.length === 0 ? (
        <p>{nothing}</p>
      ) : (
        <dl class="facts">
          {places.map(([name, count]) => (
            <>
              <dt key={`name of ${name}`}>{name}</dt>
              <dd key={name} class="number">
                {count}
              </dd>
            </>
          ))}
        </dl>
      )}
      <Links report={report} />
      {report.isProxyNumber && <p class="muted">{words.proxy}</p>}
      <h2>{words.remainsTitle}</h2>
      <dl class="facts">
        {report.remains.map(({ where, until }) => (
          <>
            <dt key={`name of ${where}`}>{words.remains[where]}</dt>
            <dd key={where}>
              {until === null ? words.untilUnknown : fill(words.until, { at: formatDateTime(until) })}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}
