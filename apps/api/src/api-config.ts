import type { ApiConfig as Settings } from '@scaiwave/config';

/** The settings of this process, as something that can be injected. */
export class ApiConfig {
  constructor(readonly settings: Settings) {}
}
