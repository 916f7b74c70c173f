interface Waiting<Input, Output> {
  input: Input;
  part: string;
  resolve: (output: Output) => void;
  reject: (reason: unknown) => void;
}

interface Line<Input, Output> {
  waiting: Waiting<Input, Output>[];
  /** parts that a batch under way is about */
  busy: Set<string>;
  running: number;
  /** batches under way for so long that others need not wait for them any more */
  late: number;
}

interface TurnsOptions<Input, Output> {
  /** largest batch */
  most: number;
  /** batches of one key that may be under way; default 1 */
  atOnce?: number;
  /** another batch goes beside one only once that has taken this long: the fewer they are, the cheaper is each of their parts; default 0 */
  besideAfterMs?: number;
  /** Gives one outcome per input, in their order; what it throws is everybody's outcome. */
  take: (inputs: readonly Input[]) => Promise<ReadonlyArray<PromiseSettledResult<Output>>>;
}

/**
 * Takes together what comes at the same time: while a batch of a key is under way, what comes waits for the next. No two batches are
 * ever about the same part, and a first comer never waits.
 */
export class Turns<Input, Output> {
  readonly #lines = new Map<string, Line<Input, Output>>();

  constructor(private readonly options: TurnsOptions<Input, Output>) {}

  run(of: { key: string; part?: string }, input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(of.key) ?? { waiting: [], busy: new Set<string>(), running: 0, late: 0 };
      this.#lines.set(of.key, line);
      line.waiting.push({ input, part: of.part ?? '', resolve, reject });
      this.#start(of.key, line);
    });
  }

  #start(key: string, line: Line<Input, Output>): void {
    while (line.running < (this.options.atOnce ?? 1) && line.running === line.late) {
      const batch = line.waiting.filter(({ part }) => !line.busy.has(part)).slice(0, this.options.most);
      if (batch.length === 0) break;
      const taken = new Set(batch);
      line.waiting = line.waiting.filter((one) => !taken.has(one));
      this.#serve(key, line, batch);
    }
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(key);
  }

  #serve(key: string, line: Line<Input, Output>, batch: ReadonlyArray<Waiting<Input, Output>>): void {
    const parts = batch.map(({ part }) => part);
    line.running += 1;
    const stopWaiting = this.#whenLate(() => {
      line.late += 1;
      this.#start(key, line);
    });
    for (const part of parts) line.busy.add(part);
    this.#settle(batch)
      .catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      })
      .finally(() => {
        line.running -= 1;
        if (stopWaiting() === 'was late') line.late -= 1;
        for (const part of parts) line.busy.delete(part);
        this.#start(key, line);
      });
  }

  #whenLate(act: () => void): () => 'was late' | 'in time' {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      act();
    }, this.options.besideAfterMs ?? 0);
    return () => {
      clearTimeout(timer);
      return isLate ? 'was late' : 'in time';
    };
  }

  async #settle(batch: ReadonlyArray<Waiting<Input, Output>>): Promise<void> {
    const outcomes = await this.options.take(batch.map(({ input }) => input));
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'fulfilled') resolve(outcome.value);
      else reject(outcome?.reason ?? new Error('a turn without an outcome'));
    }
  }
}
