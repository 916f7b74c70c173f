import { All, Controller, Get, Req, Res } from '@nestjs/common';
import { FindDescriptor, FindTenantByHost, ReceiveRequest } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForServers } from '../auth/auth.guard.js';

/** Where other servers come in. Only adapts HTTP: what is checked, in which order, is ReceiveRequest's. */
@Controller()
export class FederationController {
  constructor(
    private readonly receive: ReceiveRequest,
    private readonly tenants: FindTenantByHost,
    private readonly descriptors: FindDescriptor,
  ) {}

  /** Of a suspended tenant too: others verify with it what was signed before. */
  @Get('/.well-known/scaiwave/server')
  @ForServers()
  async getDescriptor(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const found = await this.tenants.run(request.headers.host ?? '');
    if (found.state === 'unknown') throw new DomainError('SW_TENANT_NOT_FOUND');
    const descriptor = await this.descriptors.run(found.tenant);
    if (!descriptor) throw new DomainError('SW_FED_TRY_LATER');
    await reply.header('content-type', 'application/json').header('cache-control', `public, max-age=${descriptor.maxAgeS}`).send(descriptor.body);
  }

  @All('/_scaiwave/federation/*')
  @ForServers()
  async takeRequest(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const answer = await this.receive.run({
      host: request.headers.host ?? '',
      method: request.method,
      target: request.raw.url ?? '',
      headers: pairsOf(request.raw.rawHeaders),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      source: request.ip,
    });
    await reply.status(answer.status).headers(answer.headers).send(answer.body);
  }
}

/** Names lower-cased, in order, repeated ones repeated: what a signature was made over. */
function pairsOf(raw: readonly string[]): Array<[string, string]> {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index]?.toLowerCase() ?? '', raw[2 * index + 1] ?? '']);
}
