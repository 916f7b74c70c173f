/** How this installation's workers reach and try other servers; built by the worker from its configuration. */
export class DeliveryOptions {
  /** names this process in leases; unique among all workers */
  readonly worker: string;
  readonly pool: string;
  /** peers named *.localhost or *.test may use plain http, any port and loopback addresses */
  readonly allowsLocalhostPeers: boolean;
  readonly requestTimeoutMs: number;
  readonly drainSliceMs: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly giveUpAfterMs: number;

  constructor(options: DeliveryOptions) {
    this.worker = options.worker;
    this.pool = options.pool;
    this.allowsLocalhostPeers = options.allowsLocalhostPeers;
    this.requestTimeoutMs = options.requestTimeoutMs;
    this.drainSliceMs = options.drainSliceMs;
    this.backoffInitialMs = options.backoffInitialMs;
    this.backoffMaxMs = options.backoffMaxMs;
    this.giveUpAfterMs = options.giveUpAfterMs;
  }
}
