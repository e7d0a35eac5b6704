const firstMs = 500;
const longestMs = 4_000;

/**
 * Retransmits a message over UDP until it is answered (RFC 3261 §17.1.1.2), or until `limitMs`. Returns a function
 * that stops it.
 */
export function sendUntilStopped(send: () => void, giveUp: () => void, limitMs = 32_000): () => void {
  let waitMs = firstMs;
  let passedMs = 0;
  let timer: NodeJS.Timeout;
  const again = (): void => {
    passedMs += waitMs;
    if (passedMs >= limitMs) {
      giveUp();
      return;
    }
    send();
    waitMs = Math.min(longestMs, waitMs * 2);
    timer = setTimeout(again, waitMs);
  };
  send();
  timer = setTimeout(again, waitMs);
  return () => clearTimeout(timer);
}
