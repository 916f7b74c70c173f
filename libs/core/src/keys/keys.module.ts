import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { AcknowledgeKeys } from './acknowledge-keys.js';
import { DescriptorStore } from './descriptor.store.js';
import { FindDescriptor } from './find-descriptor.js';
import { KeyRotationStore } from './key-rotation.store.js';
import { PublishDescriptor } from './publish-descriptor.js';
import { RequestRotation } from './request-rotation.js';
import { WorkerStore } from './worker.store.js';

/** Public keys and the descriptor as stored: what the API needs. */
@Module({ imports: [AuditModule], providers: [DescriptorStore, FindDescriptor, KeyRotationStore, RequestRotation], exports: [DescriptorStore, FindDescriptor, KeyRotationStore, RequestRotation] })
export class KeysModule {}

/** Signing: workers only, whose platform provides a `Keyring` and `DeliveryOptions`. */
@Module({ imports: [KeysModule], providers: [AcknowledgeKeys, PublishDescriptor, WorkerStore], exports: [AcknowledgeKeys, KeysModule, PublishDescriptor] })
export class SigningModule {}
