import { Module } from '@nestjs/common';
import { DescriptorStore } from './descriptor.store.js';
import { FindDescriptor } from './find-descriptor.js';
import { PublishDescriptor } from './publish-descriptor.js';

/** Public keys and the descriptor as stored: what the API needs. */
@Module({ providers: [DescriptorStore, FindDescriptor], exports: [DescriptorStore, FindDescriptor] })
export class KeysModule {}

/** Signing: workers only, whose platform provides a `Keyring`. */
@Module({ imports: [KeysModule], providers: [PublishDescriptor], exports: [KeysModule, PublishDescriptor] })
export class SigningModule {}
