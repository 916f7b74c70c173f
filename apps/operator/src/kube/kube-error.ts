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

  /** The version asked for is no longer kept: list again. */
  get isExpired(): boolean {
    return this.status === 410;
  }
}

/** The error in an answer, or in the ERROR line of a watch. */
export function parseStatus(status: number, body: string, retryAfter: string | undefined): KubeError {
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
  try {
    const { reason, message, code } = JSON.parse(body) as { reason?: string; message?: string; code?: number };
    return new KubeError(code ?? status, reason ?? 'Unknown', message ?? `the apiserver answered ${status}`, waitMs);
  } catch {
    return new KubeError(status, 'Unknown', `the apiserver answered ${status}`, waitMs);
  }
}
