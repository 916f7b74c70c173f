import { Module } from '@nestjs/common';
import { RequestsModule } from '../requests/index.js';
import { AttachMedia } from './attach-media.js';
import { GetMedia, MediaStores } from './get-media.js';
import { MediaAccessStore } from './media-access.store.js';
import { MediaStore } from './media.store.js';
import { ReadMedia } from './read-media.js';
import { UploadMedia } from './upload-media.js';
import { WriteMedia } from './write-media.js';

/** Files, their bytes, and who may read them. The platform of each process provides `MediaLimits`. */
@Module({
  imports: [RequestsModule],
  providers: [MediaStore, MediaAccessStore, MediaStores, WriteMedia, ReadMedia, UploadMedia, GetMedia, AttachMedia],
  exports: [MediaStore, MediaStores, WriteMedia, ReadMedia, UploadMedia, GetMedia, AttachMedia],
})
export class MediaModule {}
