import { Module } from '@nestjs/common';
import { ReadStream } from './read-stream.js';
import { StreamStore } from './stream.store.js';

@Module({ providers: [ReadStream, StreamStore], exports: [ReadStream, StreamStore] })
export class StreamModule {}
