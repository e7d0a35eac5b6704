import type { IncomingMessage } from "node:http";
import { setPatientTimer } from "../../ops/patientTimer.ts";
import type { SteadyClock } from "../../ops/types.ts";
import { HttpProblem } from "./problems.ts";

/** Time limit for the body of a request other than an upload. */
const arrivalMs = 60_000;

const inPiecesBelow = 64 * 1024;

/**
 * The bytes of a body. If it declares a size above the limit, it is rejected before reading, otherwise as soon as
 * it exceeds the limit.
 */
export async function receiveBody(
  clock: SteadyClock,
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer> {
  // An unread rest is left alone: the response uses the same connection.
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  // A large body of known length is assembled as it arrives, because copying megabytes at once would block.
  const whole = declared > inPiecesBelow ? Buffer.allocUnsafeSlow(declared) : null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const pieces = request.iterator({ destroyOnReturn: false });
  let stop: (() => void) | undefined;
  const late = new Promise<"late">((resolve) => {
    stop = setPatientTimer(clock, () => resolve("late"), arrivalMs);
  });
  try {
    for (;;) {
      const next = await Promise.race([pieces.next(), late]);
      if (next === "late") throw tooSlow();
      if (next.done === true) break;
      const piece = Buffer.isBuffer(next.value) ? next.value : Buffer.from(next.value);
      if (bytes + piece.length > maxBytes) throw tooLarge(maxBytes);
      if (whole === null) chunks.push(piece);
      else whole.set(piece, bytes);
      bytes += piece.length;
    }
  } finally {
    stop?.();
  }
  return whole?.subarray(0, bytes) ?? Buffer.concat(chunks);
}

const tooLarge = (maxBytes: number): HttpProblem =>
  new HttpProblem({
    status: 413,
    code: "BODY_TOO_LARGE",
    detail: `The request body is larger than ${maxBytes} bytes.`,
    remedy: "Send it in several parts.",
    headers: { Connection: "close" },
    members: { maxBytes },
  });

const tooSlow = (): HttpProblem =>
  new HttpProblem({
    status: 408,
    code: "BODY_TOO_SLOW",
    detail: `The request body did not arrive within ${arrivalMs / 1000} seconds.`,
    remedy: "Send it again.",
    headers: { Connection: "close" },
  });
