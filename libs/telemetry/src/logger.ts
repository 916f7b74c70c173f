import { pino, type DestinationStream, type Level } from 'pino';
import { currentTrace } from './trace.js';

/** What a log line carries beside its sentence: `code, tenantId, peerId, eventId` where they apply. */
export type LogFields = Record<string, unknown>;
export type LogLevel = Level | 'silent';

const SECRET_NAMES = [
  'token', 'access_token', 'refresh_token', 'id_token', 'authorization', 'cookie', 'password', 'passphrase',
  'secret', 'client_secret', 'privateKey', 'private_key', 'seed', 'signature', 'csrf_token', 'verifier',
];
const HEADER_NAMES = ['authorization', 'cookie', 'set-cookie', 'signature'];

const redactedPaths = [
  ...SECRET_NAMES.flatMap((name) => [name, `*.${name}`]),
  ...HEADER_NAMES.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]),
];

type Line = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/**
 * JSON lines on standard output, one per happening. Call it as `(fields, sentence)` or `(sentence)`.
 * A line that is written on account of a request has its `trace_id`, the same on every server.
 * An `err` field is written with code, stack and cause; names that look like secrets are redacted, two levels deep.
 */
export class Logger {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  debug(fields: LogFields | string, sentence?: string): void {
    this.#line.debug(...args(fields, sentence));
  }

  info(fields: LogFields | string, sentence?: string): void {
    this.#line.info(...args(fields, sentence));
  }

  warn(fields: LogFields | string, sentence?: string): void {
    this.#line.warn(...args(fields, sentence));
  }

  error(fields: LogFields | string, sentence?: string): void {
    this.#line.error(...args(fields, sentence));
  }

  /** A logger whose lines are not searched for secrets: only where each field is named by us and none is handed through. */
  unsearched(): Logger {
    return new Logger(this.#line.child({}, { redact: [] }) as Line);
  }

  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger {
    return new Logger(this.#line.child(fields) as Line);
  }
}

function args(fields: LogFields | string, sentence?: string): [LogFields, string | undefined] {
  return typeof fields === 'string' ? [{}, fields] : [fields, sentence];
}

/** The process's logger. `destination` is standard output unless a test gives another. */
export function createLogger(name: string, options: { level?: LogLevel; destination?: DestinationStream } = {}): Logger {
  const settings = {
    name,
    level: options.level ?? 'info',
    base: { app: name },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceOfLine,
    serializers: { err: describeError },
    redact: { paths: redactedPaths, censor: '[redacted]' },
  };
  return new Logger(pino(settings, options.destination ?? bufferedOutput()));
}

const BUFFER_BYTES = 8_192;
const FLUSH_EVERY_MS = 100;

// One system call for many lines. What `kill -9` takes with it is the last tenth of a second of the log, never a message.
let standardOutput: DestinationStream | undefined;

function bufferedOutput(): DestinationStream {
  if (standardOutput) return standardOutput;
  const output = pino.destination({ dest: 1, sync: true, minLength: BUFFER_BYTES, periodicFlush: FLUSH_EVERY_MS });
  process.on('exit', () => output.flushSync());
  return (standardOutput = output);
}

function traceOfLine(): LogFields {
  const trace = currentTrace();
  return trace ? { trace_id: trace.traceId } : {};
}

// Only what helps: libraries hang whole connections, with their settings, on their errors.
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return { type: name, message, ...(code === undefined ? {} : { code }), stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return createLogger('silent', { level: 'silent' });
}
