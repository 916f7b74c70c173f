import { Module, type DynamicModule } from '@nestjs/common';
import type { WorkerConfig, WorkerSecrets } from '@scaiwave/config';
import { DeliveryModule, Keyring, RequestsModule } from '@scaiwave/core';
import { DrainProcessor } from './delivery/drain.processor.js';
import { PlatformModule } from './platform.module.js';
import { RequestProcessor } from './requests/request.processor.js';
import { SweepLoop } from './sweeps/sweep-loop.js';

/** The one wiring page of the worker. */
@Module({})
export class WorkerModule {
  static for(config: WorkerConfig, secrets: WorkerSecrets, keyring: Keyring): DynamicModule {
    return {
      module: WorkerModule,
      imports: [PlatformModule.for(config, secrets, keyring), DeliveryModule, RequestsModule],
      providers: [DrainProcessor, RequestProcessor, SweepLoop],
    };
  }
}
