import { Controller, Module, Req, Res } from '@nestjs/common';
import { GetMedia, MediaModule, ReadMedia, UploadMedia, type Actor, type StoredMedia } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { RateLimit } from '../http/rate-limit.js';
import * as routes from './media.schema.js';
import { readUpload } from './read-upload.js';
import { buildFileAnswer } from './send-file.js';

const UPLOADS_PER_MINUTE = 60;

@Controller()
export class MediaController {
  constructor(
    private readonly upload: UploadMedia,
    private readonly get: GetMedia,
    private readonly read: ReadMedia,
    private readonly rates: RateLimit,
  ) {}

  @Endpoint(routes.uploadMedia)
  async uploadMedia(@CurrentActor() actor: Actor, @Req() request: FastifyRequest) {
    if (request.body !== undefined) throw new DomainError('SW_REQUEST_INVALID', { field: 'file', reason: 'the body must be multipart/form-data' });
    this.rates.takeRare(`upload/${actor.participantId}`, UPLOADS_PER_MINUTE);
    const { maxBytes } = this.upload.limits;
    const expectedBytes = Number(request.headers['content-length'] ?? maxBytes);
    const { mediaId, thumbnail } = await readUpload(request.raw, {
      maxBytes,
      take: (fileName, bytes) => this.upload.run(actor, { fileName, expectedBytes, bytes }),
      discard: (id) => this.upload.discard(actor, id),
    });
    return { data: present(await this.upload.finish(actor, mediaId, thumbnail)) };
  }

  @Endpoint(routes.getLimits)
  async getLimits(@CurrentActor() actor: Actor) {
    const { maxBytes, userQuotaBytes } = this.upload.limits;
    return { data: { max_bytes: maxBytes, quota_bytes: userQuotaBytes, used_bytes: await this.upload.countUsed(actor) } };
  }

  @Endpoint(routes.getMediaInfo)
  async getMediaInfo(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.getMediaInfo>) {
    return { data: present(await this.get.run(actor, { id: params.media_id, server: query.server, isThumbnail: false })) };
  }

  @Endpoint(routes.downloadMedia)
  async downloadMedia(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.downloadMedia>, @Res() reply: FastifyReply) {
    await this.send(actor, await this.get.run(actor, { id: params.media_id, server: query.server, isThumbnail: false }), reply);
  }

  @Endpoint(routes.downloadThumbnail)
  async downloadThumbnail(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.downloadThumbnail>, @Res() reply: FastifyReply) {
    await this.send(actor, await this.get.run(actor, { id: params.media_id, server: query.server, isThumbnail: true }), reply);
  }

  private async send(actor: Actor, media: StoredMedia, reply: FastifyReply): Promise<void> {
    const { status, headers, range } = buildFileAnswer(media, reply.request.headers.range);
    await reply.status(status).headers(headers).send(range === null ? '' : this.read.run(actor.tenant, media, range));
  }
}

function present(media: StoredMedia) {
  return {
    media_id: media.id, origin: media.origin, file_name: media.file_name, mime_type: media.mime_type, size: media.size, sha256: media.sha256.toString('hex'),
    width: media.width, height: media.height, thumbnail_id: media.thumbnail_id, created_at: media.created_at.toISOString(),
  };
}

@Module({ imports: [MediaModule, AuthModule], controllers: [MediaController] })
export class MediaHttpModule {}
