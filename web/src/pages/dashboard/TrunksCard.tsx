import type { CallStats } from "../../api/client.ts";
import { formatCount, texts } from "../../i18n/index.ts";
import { Card } from "./cards.tsx";
import { CallsLink } from "./CallsLink.tsx";
import { secondsInWords, shareInWords } from "./figures.ts";

/** Every trunk with its calls, in either direction. */
export function TrunksCard({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const abbreviated = [
    [words.asr, words.asrMeaning],
    [words.acd, words.acdMeaning],
    [words.pdd, words.pddMeaning],
  ] as const;
  return (
    <Card id="trunks" title={words.trunks}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.trunk}</th>
            <th scope="col" class="end">
              {words.calls}
            </th>
            {abbreviated.map(([name, meaning]) => (
              <th key={name} scope="col" class="end">
                <abbr title={meaning}>{name}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stats.trunks.map(({ trunk, calls, answered, talkSeconds, postDialSeconds }) => (
            <tr key={trunk}>
              <td>
                <CallsLink stats={stats} filter={{ trunk }}>
                  {trunk}
                </CallsLink>
              </td>
              <td class="end number">{formatCount(calls)}</td>
              <td class="end number">{shareInWords(answered, calls)}</td>
              <td class="end number">{secondsInWords(answered === 0 ? null : talkSeconds / answered)}</td>
              <td class="end number">{secondsInWords(postDialSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
