import { z } from "zod";
import { databaseAway, json } from "../server/answers.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";

export interface LinePorts {
  /** Resolves to the indices of lines that can never be stored, once the database has all the others. */
  readonly receive: (lines: readonly string[]) => Promise<readonly number[]>;
}

/** More than `deploy/asterisk-lines` sends at once. */
const maxBodyBytes = 2 * 1024 * 1024;

const callLines = z.string().meta({
  id: "CallLines",
  description:
    "Lines of Asterisk's call file, as `[ended]` in `asterisk/extensions.conf` writes them: `2,end,CALL_ID,…` and `2,begin,CALL_ID,…`.",
});
const storedLines = z.object({ stored: z.int() }).meta({ id: "StoredLines" });

/** Asterisk's own account of calls, from a machine whose disk this instance does not see. */
export const lineRoutes = [
  routesFor<LinePorts>()(
    {
      method: "POST",
      path: "/calls/lines",
      may: "calls.record",
      audit: null,
      forPrograms: true,
      operationId: "recordCallLines",
      tags: ["Calls"],
      summary: "Stores lines of Asterisk's call file.",
      description:
        "For an Asterisk on another machine; `deploy/asterisk-lines` sends them. Lines may be sent again: a call has one record, however often its line arrives.",
      csvBody: callLines,
      maxBodyBytes,
      answers: { 200: json("All lines are stored.", storedLines) },
      refusals: {
        415: "The body is not of type `text/csv`.",
        422: "Some lines are not stored because they cannot be read. `rejected` has their numbers; all others are stored.",
        ...databaseAway,
      },
    },
    async ({ receive, ports }) => {
      const lines = (await receive()).toString().replace(/\n$/u, "").split("\n");
      const rejected = await ports.receive(lines);
      if (rejected.length > 0) throw linesRejected(rejected.map((index) => index + 1));
      return { stored: lines.length };
    },
  ),
];

/** As many as an operator would look at. */
const mostNamed = 100;

const linesRejected = (rejected: readonly number[]): HttpProblem =>
  new HttpProblem({
    status: 422,
    code: "LINES_REJECTED",
    detail: `${rejected.length} lines cannot be read. All others are stored.`,
    remedy: "Keep the rejected lines, and compare the dialplan on that Asterisk with this version's.",
    members: { rejected: rejected.slice(0, mostNamed) },
  });
