import { z } from "zod";
import type { MappingSearch } from "../../numbers/mappings/types.ts";
import type { TestCalls } from "../../live/testCalls.ts";
import { testCallSeconds, testCallTrunk } from "../../values/testCall.ts";
import { callReason, callStatus } from "../calls/schema.ts";
import { json } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { orNull } from "../server/schemas.ts";
import { mappingUnknown } from "./changedOnce.ts";
import type { SimulatePorts } from "./simulateRoute.ts";

export interface TestCallPorts {
  readonly testCalls: Pick<TestCalls, "place" | "find">;
  readonly search: Pick<MappingSearch, "find">;
  readonly simulate: SimulatePorts["simulate"];
}

const tags = ["Mappings"];

const placed = z
  .object({
    callId: z.string().meta({ description: "ID of the call and of its record." }),
    mostSeconds: z.int().meta({ description: "Asterisk ends the call after this time." }),
  })
  .meta({ id: "PlacedTestCall" });

const progress = z
  .object({
    callId: z.string(),
    state: z.enum(["lookingUp", "preparing", "dialling", "ringing", "talking", "announcing", "ended"]),
    outboundTrunk: z.string().nullable(),
    outcome: z
      .object({
        status: callStatus,
        reason: orNull(callReason),
        sipCode: z.int().nullable(),
        cause: z.int().nullable().meta({ description: "Q.850." }),
      })
      .nullable()
      .meta({ description: "null while the call goes on." }),
  })
  .meta({ id: "TestCall" });

const route = routesFor<TestCallPorts>();

export const testCallRoutes = [
  route(
    {
      method: "POST",
      path: "/mappings/:id/test-call",
      may: "calls.test",
      audit: "test-call",
      operationId: "placeTestCall",
      tags,
      summary: "Call the real number of a mapping, to check that calls arrive.",
      description:
        "The call goes through Asterisk, the decision, and the outbound trunk like that of a caller who withholds the " +
        "number. The callee hears beeps. There is one test call at a time, and Asterisk ends it after " +
        `${testCallSeconds} seconds. Its record has the inbound trunk \`${testCallTrunk}\`.`,
      params: { id: rowId },
      answers: { 202: json("The call has been placed.", placed) },
      refusals: {
        404: "The mapping does not exist.",
        409: "A test call is in progress, or a call to this number would be refused.",
        502: "Asterisk has rejected the call.",
        503: "No controller is connected to an Asterisk, or the database is unavailable.",
        504: "The instance that handles calls does not answer.",
      },
    },
    async ({ params: { id }, note, ports: { search, simulate, testCalls } }) => {
      const mapping = await search.find(id);
      if (mapping === null) throw mappingUnknown();
      const { proxyNumber } = mapping;
      const decision = await simulate({ proxyNumber, callerNumber: null, inboundTrunk: testCallTrunk });
      if (decision.decision === "refuse") throw wouldBeRefused(decision);
      const result = await testCalls.place(proxyNumber);
      if (result.kind !== "placed") throw testCallProblem(result);
      note({ details: { callId: result.callId } });
      return { callId: result.callId, mostSeconds: testCallSeconds };
    },
  ),

  route(
    {
      method: "GET",
      path: "/test-calls/:callId",
      may: "calls.test",
      operationId: "getTestCall",
      tags,
      summary: "The progress of a test call.",
      params: { callId: z.string().min(1).max(150) },
      answers: { 200: json("In progress, or ended in the last minutes.", progress) },
      refusals: { 404: "No test call with this ID is in progress or has just ended." },
    },
    ({ params, ports: { testCalls } }) => {
      const call = testCalls.find(params.callId);
      if (call === null) throw testCallUnknown();
      const { callId, state, outboundTrunk, outcome } = call;
      return { callId, state, outboundTrunk, outcome };
    },
  ),
];

const testCallUnknown = (): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: "TEST_CALL_UNKNOWN",
    detail: "No test call with this ID is in progress or has just ended.",
    remedy: "Its record is among the calls.",
  });

const wouldBeRefused = ({ status, reason }: { readonly status: string; readonly reason: string | null }) =>
  new HttpProblem({
    status: 409,
    code: "TEST_CALL_WOULD_BE_REFUSED",
    detail: "Calls to this number are refused at present, so there is nothing to test.",
    remedy: "Enable the number, or change its real number.",
    members: { callStatus: status, callReason: reason },
  });

type Failure = Exclude<Awaited<ReturnType<TestCalls["place"]>>, { readonly kind: "placed" }>;

function testCallProblem(failure: Failure): HttpProblem {
  switch (failure.kind) {
    case "underWay":
      return new HttpProblem({
        status: 409,
        code: "TEST_CALL_UNDER_WAY",
        detail: "Another test call is in progress.",
        remedy: `Wait until it is over, at most ${testCallSeconds} seconds.`,
      });
    case "stopping":
      return new HttpProblem({
        status: 503,
        code: "SHUTTING_DOWN",
        detail: "The application is being stopped.",
        remedy: "Try again when it is running.",
      });
    case "noController":
    case "unreachable":
      return new HttpProblem({
        status: 503,
        code: "NO_CONTROLLER",
        detail: "No controller is connected to an Asterisk.",
        remedy: "The System page shows the reason.",
      });
    case "refused":
      return new HttpProblem({
        status: 502,
        code: "ASTERISK_REFUSED",
        detail: "Asterisk has rejected the test call.",
        remedy: "Asterisk's log shows the reason.",
      });
    case "noAnswer":
      return new HttpProblem({
        status: 504,
        code: "INSTANCE_SILENT",
        detail: "The instance that handles calls does not answer.",
        remedy: "Check whether the call is on the live board, and try again.",
        members: { node: failure.node },
      });
  }
}
