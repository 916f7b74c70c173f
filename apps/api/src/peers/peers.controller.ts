import { Controller, Module } from '@nestjs/common';
import { AddPeer, AskTheirView, ChangePeer, ListPeers, PeerAdminModule, PreviewSevering, SeverPeer, type Actor, type PeerAction } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { PeerHistoryController } from './peer-history.controller.js';
import { presentPeer, presentSeverance, presentTheirView } from './peer.presenter.js';
import * as routes from './peer.schema.js';

/** Admin → Federation → Peers. */
@Controller()
export class PeersController {
  constructor(
    private readonly peers: ListPeers,
    private readonly theirView: AskTheirView,
    private readonly add: AddPeer,
    private readonly change: ChangePeer,
    private readonly clock: Clock,
  ) {}

  @Endpoint(routes.listPeers)
  async listPeers(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listPeers>) {
    const { peers, total } = await this.peers.run({ actor, ...query });
    return { data: peers.map((peer) => presentPeer(peer, this.clock.now())), meta: { total } };
  }

  @Endpoint(routes.getPeer)
  async getPeer(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.getPeer>) {
    const known = await this.#one(actor, params.server_name);
    if (query.with_status === 'false') return known;
    const theirs = await this.theirView.run({ actor, serverName: params.server_name });
    return { data: { ...known.data, theirs: presentTheirView(theirs) } };
  }

  @Endpoint(routes.addPeer)
  async addPeer(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.addPeer>) {
    const { fingerprint } = await this.add.run({ actor, serverName: body.server_name, accept: body.accept, fingerprint: body.fingerprint });
    return this.#one(actor, body.server_name, fingerprint);
  }

  @Endpoint(routes.changePeer)
  changePeer(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.changePeer>) {
    return this.#act(actor, params.server_name, body.action);
  }

  @Endpoint(routes.retryNow)
  retryNow(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.retryNow>) {
    return this.#act(actor, params.server_name, 'retry');
  }

  async #act(actor: Actor, serverName: ServerName, action: PeerAction) {
    await this.change.run({ actor, serverName, action });
    return this.#one(actor, serverName);
  }

  async #one(actor: Actor, serverName: ServerName, shown?: string | null) {
    return { data: presentPeer(await this.peers.one({ actor, serverName }), this.clock.now(), shown) };
  }
}

/** Admin → Federation → Peers → Remove. */
@Controller()
export class SeveringController {
  constructor(
    private readonly preview: PreviewSevering,
    private readonly sever: SeverPeer,
  ) {}

  @Endpoint(routes.severPeer)
  async severPeer(@CurrentActor() { tenant, fqid }: Actor, @Input() { params, query }: InputOf<typeof routes.severPeer>) {
    const serverName = params.server_name;
    const isDryRun = query.dry_run === 'true';
    const severance = isDryRun ? await this.preview.run({ tenant, serverName }) : await this.sever.run({ tenant, serverName, actor: fqid, reason: query.reason });
    return { data: presentSeverance(serverName, severance, isDryRun) };
  }
}

@Module({ imports: [PeerAdminModule], controllers: [PeersController, PeerHistoryController, SeveringController] })
export class PeersHttpModule {}
