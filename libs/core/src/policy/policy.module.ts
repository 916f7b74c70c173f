import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ChangePolicy } from './change-policy.js';
import { PeeringRules } from './peering-rules.js';
import { PolicyStore } from './policy.store.js';

@Module({ imports: [AuditModule], providers: [PolicyStore, PeeringRules, ChangePolicy], exports: [PolicyStore, PeeringRules, ChangePolicy] })
export class PolicyModule {}
