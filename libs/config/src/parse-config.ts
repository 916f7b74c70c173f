import type { z } from 'zod';
import type { Env } from './read-env.js';

/** The environment does not make a configuration. `problems` has one sentence for each thing that is wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type Fields = Readonly<Record<string, z.ZodType>>;
export type Parsed<Of extends Fields> = { -readonly [Key in keyof Of]: z.output<Of[Key]> };

/** A rule over several settings: a sentence when it is broken, else null. Settings that are wrong in themselves are missing. */
export type Rule<Of extends Fields> = (settings: Partial<Parsed<Of>>) => string | null;

/** Reads `env`; empty strings count as unset. @throws ConfigError with all problems at once, those of the rules too */
export function parseEnv<Of extends Fields>(fields: Of, env: Env, rules: readonly Rule<Of>[] = []): Parsed<Of> {
  const problems: string[] = [];
  const settings: Partial<Record<string, unknown>> = {};
  for (const [key, field] of Object.entries(fields)) {
    const given = env[key] === '' ? undefined : env[key];
    const result = field.safeParse(given);
    if (result.success) settings[key] = result.data;
    else problems.push(given === undefined ? `${key} is not set.` : `${key}: ${result.error.issues[0]?.message}.`);
  }
  for (const rule of rules) {
    const problem = rule(settings as Partial<Parsed<Of>>);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return settings as Parsed<Of>;
}

/** Runs `parse`; when the configuration is wrong, says every problem on standard error and ends the process with 1. */
export function configOrExit<Config>(parse: () => Config): Config {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The configuration is not usable:\n${error.problems.map((problem) => `  - ${problem}\n`).join('')}`);
    process.exit(1);
  }
}
