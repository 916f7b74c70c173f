import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { actorOf, ParticipantStore, type Actor, type TenantContext } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { SessionStore } from './session.store.js';

export const SESSION_COOKIE = 'sw_session';
const CSRF_COOKIE = 'sw_csrf';
export const SESSION_MS = 12 * 3_600_000;

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The dashboard's sessions. The cookie's value is not stored, only its hash. */
@Injectable()
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly store: SessionStore,
    private readonly participants: ParticipantStore,
    private readonly clock: Clock,
  ) {}

  async find(tenant: TenantContext, cookies: string | undefined): Promise<{ actor: Actor; csrfToken: string } | null> {
    const id = cookieOf(cookies, SESSION_COOKIE);
    if (!id) return null;
    return this.db.readTenant(tenant.id, async (db) => {
      const session = await this.store.findSession(db, hashOf(id));
      if (!session || session.expires_at.getTime() <= this.clock.now()) return null;
      const person = await this.participants.findById(db, session.participant_id);
      return person && { actor: actorOf(tenant, person), csrfToken: session.csrf_token };
    });
  }

  async open(tenant: TenantContext, participantId: string): Promise<{ id: string; csrfToken: string; maxAgeSeconds: number }> {
    const id = randomBytes(32).toString('base64url');
    const csrfToken = randomBytes(24).toString('base64url');
    const createdAt = this.clock.date();
    const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
    await this.db.forTenant(tenant.id, (tx) => this.store.insertSession(tx, { idHash: hashOf(id), participantId, csrfToken, createdAt, expiresAt }));
    return { id, csrfToken, maxAgeSeconds: SESSION_MS / 1000 };
  }

  async close(tenant: TenantContext, cookies: string | undefined): Promise<void> {
    const id = cookieOf(cookies, SESSION_COOKIE);
    if (id) await this.db.forTenant(tenant.id, (tx) => this.store.deleteSession(tx, hashOf(id)));
  }
}

/** The value of one cookie of a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=');
    if (key === name && value) return value;
  }
  return null;
}

/** The session for the server, and the token that the page says when it writes. */
export function sessionCookies({ id, csrfToken, maxAgeSeconds }: { id: string; csrfToken: string; maxAgeSeconds: number }, publicScheme: 'http' | 'https'): string[] {
  const common = `Path=/; SameSite=Lax; Max-Age=${maxAgeSeconds}${publicScheme === 'https' ? '; Secure' : ''}`;
  return [`${SESSION_COOKIE}=${id}; HttpOnly; ${common}`, `${CSRF_COOKIE}=${csrfToken}; ${common}`];
}

export function endedCookies(): string[] {
  return [SESSION_COOKIE, CSRF_COOKIE].map((name) => `${name}=; Path=/; Max-Age=0`);
}
