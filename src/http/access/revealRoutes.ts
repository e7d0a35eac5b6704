import { z } from "zod";
import { AccessError } from "../../access/errors.ts";
import type { Reveal } from "../../access/reveal.ts";
import { json } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { refusals, unknown } from "./refusals.ts";
import { revealed, revealedCall } from "./schema.ts";

export interface RevealPorts {
  readonly reveal: Reveal;
}

const tags = ["Access"];
const route = routesFor<RevealPorts>();

/** Reveals single real numbers to users who otherwise see them masked. */
export const revealRoutes = [
  route(
    {
      method: "POST",
      path: "/mappings/:id/reveal",
      may: "numbers.reveal",
      audit: "reveal",
      operationId: "revealMapping",
      tags,
      summary: "The real number of a mapping, for users who otherwise see it masked; audited.",
      params: { id: rowId },
      answers: { 200: json("The number.", revealed) },
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { id }, viewer: { shown }, ports: { reveal } }) => {
      const realNumber = await reveal.ofMapping(id);
      if (realNumber === null) throw new AccessError("UNKNOWN", "The mapping does not exist.");
      shown?.add(1);
      return { realNumber };
    },
  ),

  route(
    {
      method: "POST",
      path: "/calls/:callId/reveal",
      may: "numbers.reveal",
      audit: "reveal",
      operationId: "revealCall",
      tags,
      summary:
        "The real number of a call and its caller's, for users who otherwise see them masked; audited.",
      params: { callId: z.string() },
      answers: { 200: json("The numbers.", revealedCall) },
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { callId }, viewer: { shown }, ports: { reveal } }) => {
      const numbers = await reveal.ofCall(callId);
      if (numbers === null) throw new AccessError("UNKNOWN", "The call does not exist.");
      shown?.add(Object.values(numbers).filter((number) => number !== null).length);
      return numbers;
    },
  ),
];
