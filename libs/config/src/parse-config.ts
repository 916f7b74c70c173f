import { z } from 'zod';
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

/** Reads `env` with `schema`; empty strings count as unset. @throws ConfigError with all problems at once */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) throw new ConfigError(result.error.issues.map(sentence));
  return result.data;
}

function sentence({ path, code, message, ...issue }: z.core.$ZodIssue): string {
  const key = path.map(String).join('.');
  if (key === '') return message;
  const isMissing = code === 'invalid_type' && issue.input === undefined;
  return isMissing ? `${key} is not set.` : `${key}: ${message}.`;
}

/** Runs `parse`; when the configuration is wrong, says every problem on standard error and ends the process with 1. */
export function configOrExit<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The configuration is not usable:\n${error.problems.map((problem) => `  - ${problem}\n`).join('')}`);
    process.exit(1);
  }
}
