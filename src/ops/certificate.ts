import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { repeat } from "./repeat.ts";
import type { Clock } from "./types.ts";

/** Monitors the certificate that users get at the public URL, which shows whether a renewed one is in use. */
interface CertificateWatch {
  /** UTC milliseconds; null if unknown. */
  readonly endsAtMs: number | null;
  /** Fetches it now. Never rejects. */
  look(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

const everyMs = 600_000;
const timeoutMs = 10_000;

/**
 * When the certificate at this https URL ends. The certificate is not verified: an expired one is exactly what to
 * report.
 */
export function certificateEnd(url: string, opened?: (socket: TLSSocket) => void): Promise<number> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: port === "" ? 443 : Number(port),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    });
    opened?.(socket);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error("no answer in time")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed without a certificate")));
    socket.once("secureConnect", () => {
      const endsAtMs = Date.parse(socket.getPeerCertificate().valid_to);
      if (Number.isFinite(endsAtMs)) resolve(endsAtMs);
      socket.destroy();
    });
  });
}

/** @param url null or without TLS: there is no certificate. */
export function watchCertificate(url: string | null, clock: Clock): CertificateWatch {
  let endsAtMs: number | null = null;
  let connected: TLSSocket | null = null;

  async function look(): Promise<void> {
    if (url?.startsWith("https:") !== true) return;
    try {
      endsAtMs = await certificateEnd(url, (socket) => (connected = socket));
    } catch {
      endsAtMs = null;
    }
    connected = null;
  }

  void look();
  const stop = repeat(clock, everyMs, look);
  return {
    get endsAtMs() {
      return endsAtMs;
    },
    look,
    close() {
      stop();
      connected?.destroy();
    },
  };
}
