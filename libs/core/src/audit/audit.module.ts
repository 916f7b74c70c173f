import { Module } from '@nestjs/common';
import { Audit } from './audit.js';
import { AuditStore } from './audit.store.js';

@Module({ providers: [Audit, AuditStore], exports: [Audit, AuditStore] })
export class AuditModule {}
