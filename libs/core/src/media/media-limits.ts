/** How much is kept; each process builds it from its configuration. */
export class MediaLimits {
  /** one file */
  readonly maxBytes: number;
  /** all of one person */
  readonly userQuotaBytes: number;
  /** all of one tenant, copies from other servers included */
  readonly tenantQuotaBytes: number;

  constructor(limits: { maxBytes?: number; userQuotaBytes?: number; tenantQuotaBytes?: number } = {}) {
    this.maxBytes = limits.maxBytes ?? 20_971_520;
    this.userQuotaBytes = limits.userQuotaBytes ?? 1_073_741_824;
    this.tenantQuotaBytes = limits.tenantQuotaBytes ?? 21_474_836_480;
  }
}
