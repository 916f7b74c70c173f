interface Waiting<Input, Output> {
  input: Input;
  resolve: (output: Output) => void;
  reject: (reason: unknown) => void;
}

/**
 * One batch at a time per key: what comes while it is under way waits for the next and is taken together with it. The first
 * comer never waits. `take` gives one outcome per input, in their order; what it throws is everybody's outcome.
 */
export class Turns<Input, Output> {
  readonly #waiting = new Map<string, Waiting<Input, Output>[]>();

  constructor(
    private readonly most: number,
    private readonly take: (inputs: readonly Input[]) => Promise<ReadonlyArray<PromiseSettledResult<Output>>>,
  ) {}

  run(key: string, input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push({ input, resolve, reject });
      else this.#serve(key, [{ input, resolve, reject }]).catch(reject);
    });
  }

  async #serve(key: string, waiting: Waiting<Input, Output>[]): Promise<void> {
    this.#waiting.set(key, waiting);
    while (waiting.length > 0) await this.#serveNext(waiting.splice(0, this.most));
    this.#waiting.delete(key);
  }

  async #serveNext(batch: ReadonlyArray<Waiting<Input, Output>>): Promise<void> {
    try {
      const outcomes = await this.take(batch.map(({ input }) => input));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome?.reason ?? new Error('a turn without an outcome'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
