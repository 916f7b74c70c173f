/** Our own word for an apiserver that does not answer. */
export const SILENCE = 'Silent';
const TOO_LARGE = /too large resource version/i;
const MAX_WAIT_S = 300;
const FINAL = new Set([400, 405, 413, 415, 422]);

/** The apiserver said no, or could not be reached (status 0). The message is the server's and holds no object. */
export class KubeError extends Error {
  override readonly name = 'KubeError';

  constructor(
    readonly status: number,
    /** Kubernetes' word for it, such as `Conflict`, `NotFound`, `Expired`. */
    readonly reason: string,
    message: string,
    /** how long the server asks to wait, in milliseconds */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  get isConflict(): boolean {
    return this.status === 409;
  }

  /** The version asked for is no longer kept, or not yet known to a store that was set back: list again. */
  get isExpired(): boolean {
    return this.status === 410 || TOO_LARGE.test(this.message);
  }

  /** The connection was there, and nothing came. */
  get isSilence(): boolean {
    return this.status === 0 && this.reason === SILENCE;
  }

  /** The same request would be refused again, whenever it comes. */
  get isFinal(): boolean {
    return FINAL.has(this.status);
  }
}

/** The error in an answer, or in the ERROR line of a watch. */
export function parseStatus(status: number, body: string, retryAfter: string | undefined): KubeError {
  try {
    const { reason, message, code, details } = JSON.parse(body) as { reason?: string; message?: string; code?: number; details?: { retryAfterSeconds?: number } };
    return new KubeError(code ?? status, reason ?? 'Unknown', message ?? `the apiserver answered ${status}`, waitOf(retryAfter ?? details?.retryAfterSeconds));
  } catch {
    return new KubeError(status, 'Unknown', `the apiserver answered ${status}`, waitOf(retryAfter));
  }
}

function waitOf(retryAfter: string | number | undefined): number | null {
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MAX_WAIT_S) * 1_000 : null;
}
