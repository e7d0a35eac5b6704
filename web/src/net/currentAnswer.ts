/** A cached response to a request whose result our own actions change. */
interface CurrentAnswer<Answer> {
  /** Sends the request unless one is pending; during a change, sends it afterwards. Never rejects. */
  readonly ask: () => Promise<void>;
  /**
   * Performs a change and sends the request again afterwards, whether or not it succeeded. Responses to earlier
   * requests may be outdated and are dropped.
   */
  readonly change: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Accepts an answer that came with another response, and drops responses to earlier requests. */
  readonly accept: (answer: Answer) => void;
}

export function createCurrentAnswer<Answer>(options: {
  readonly load: () => Promise<Answer>;
  readonly onAnswer: (answer: Answer) => void;
  readonly onFailure: (error: unknown) => void;
}): CurrentAnswer<Answer> {
  const { load, onAnswer, onFailure } = options;
  let generation = 0;
  let changes = 0;
  let running: Promise<void> | null = null;

  async function run(mine: number): Promise<void> {
    try {
      const answer = await load();
      if (mine === generation) onAnswer(answer);
    } catch (error) {
      if (mine === generation) onFailure(error);
    }
    if (mine === generation) running = null;
  }

  async function ask(): Promise<void> {
    if (changes > 0) return;
    running ??= run(generation);
    await running;
  }

  return {
    ask,
    async change(work) {
      changes += 1;
      generation += 1;
      running = null;
      try {
        return await work();
      } finally {
        changes -= 1;
        await ask();
      }
    },
    accept(answer) {
      generation += 1;
      running = null;
      onAnswer(answer);
    },
  };
}
