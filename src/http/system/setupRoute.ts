import { z } from "zod";
import { databaseAway, json } from "../server/answers.ts";
import { routesFor } from "../server/route.ts";
import { phone } from "../server/schemas.ts";

const setup = z
  .object({
    done: z
      .object({
        database: z.boolean(),
        pool: z.boolean(),
        numbers: z.boolean(),
        asterisk: z.boolean(),
        inboundTrunk: z.boolean().meta({ description: "A call has arrived." }),
        access: z.boolean().meta({ description: "Users have to sign in." }),
        call: z.boolean().meta({ description: "A call has been answered, not counting test calls." }),
      })
      .meta({ id: "FirstCallSteps" }),
    inboundTrunks: z.array(
      z.object({
        name: z.string(),
        did: z
          .enum(["request", "to", "p-called-party-id"])
          .meta({ description: "Where the dialled number is expected." }),
      }),
    ),
    proxyNumber: z
      .object({
        number: phone,
        spellings: z.array(z.string()).meta({ description: "All that are understood." }),
      })
      .nullable()
      .meta({ description: "The first of the first pool; null without a pool." }),
    mapping: z
      .object({ id: z.int(), proxyNumber: phone })
      .nullable()
      .meta({ description: "An active one, to try a call with; null without any." }),
    snippet: z.string().meta({
      description: "For `asterisk/settings.env`, with the names and addresses of this installation.",
    }),
  })
  .meta({ id: "FirstCallGuide" });

export interface SetupGuide {
  state(): Promise<z.output<typeof setup>>;
}

export interface SetupPorts {
  readonly setup: SetupGuide;
}

export const setupRoute = routesFor<SetupPorts>()(
  {
    method: "GET",
    path: "/system/first-call",
    may: "system.read",
    operationId: "firstCallGuide",
    tags: ["Operation"],
    summary: "What is left to do until the first answered call.",
    answers: { 200: json("The steps.", setup) },
    refusals: databaseAway,
  },
  ({ ports }) => ports.setup.state(),
);
