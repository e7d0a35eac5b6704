/** The answer to a question whose answer we change ourselves now and then. */
interface CurrentAnswer {
  /** Asks, unless it is being asked; while it is being changed it is asked afterwards instead. Never rejects. */
  readonly ask: () => Promise<void>;
  /**
   * Does what changes the answer, and asks anew once it is done, whether or not it went well. What was asked before
   * may be answered with what was, or with what is only half done: that is dropped.
   */
  readonly change: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

export function createCurrentAnswer<Answer>(options: {
  readonly load: () => Promise<Answer>;
  readonly onAnswer: (answer: Answer) => void;
  readonly onFailure: (error: unknown) => void;
}): CurrentAnswer {
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
  };
}
