import type { ApiConfig as Settings } from '@scaiwave/config';

// The settings as something that can be injected: a class of its own, with the fields of what libs/config parsed.
export interface ApiConfig extends Settings {}
export class ApiConfig {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }
}
