import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OwnPresence, type Actor } from '@scaiwave/core';
import { Clock, Logger } from '@scaiwave/telemetry';
import { z } from 'zod';
import type { RawData, WebSocket } from 'ws';

/** What a device says over its stream: `{"type":"presence","status":"online"|"idle"}`, every 30 s and when it changes. */
const heartbeatSchema = z.object({ type: z.literal('presence'), status: z.enum(['online', 'idle']) });
type DeviceState = z.infer<typeof heartbeatSchema>['status'];

/** What comes sooner is left out: the next heartbeat says it again. */
const NOT_BEFORE_MS = 1_000;

/** Hears from the devices of people, while they listen, whether somebody is at them. */
@Injectable()
export class Devices {
  constructor(
    private readonly presence: OwnPresence,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  attend(socket: WebSocket, actor: Actor): void {
    const device = randomUUID();
    let last: { state: DeviceState; atMs: number } | null = null;
    socket.on('message', (data) => {
      const nowMs = this.clock.now();
      const state = stateIn(data);
      if (state === null || (last !== null && nowMs - last.atMs < NOT_BEFORE_MS)) return;
      last = { state, atMs: nowMs };
      this.#run(this.presence.hear(actor, { device, state, nowMs }));
    });
    socket.on('close', () => {
      if (last !== null) this.#run(this.presence.leave(actor, { device, state: last.state, nowMs: this.clock.now() }));
    });
  }

  sweep(): void {
    this.#run(this.presence.sweep(this.clock.now()));
  }

  #run(telling: Promise<void>): void {
    telling.catch((err: unknown) => this.logger.warn({ err }, 'How somebody is could not be told.'));
  }
}

/** Null for whatever else somebody sends. */
function stateIn(data: RawData): DeviceState | null {
  try {
    return heartbeatSchema.safeParse(JSON.parse(String(data))).data?.status ?? null;
  } catch {
    return null; // no JSON
  }
}
