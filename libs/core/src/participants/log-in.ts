import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, formatFqid, localIdSchema, type LocalId } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { TenantContext, TenantRow } from '../tenants/index.js';
import type { Actor, ParticipantRow } from './participant-row.js';
import { ParticipantStore } from './participant.store.js';

export interface Claims {
  sub?: string;
  [claim: string]: unknown;
}

/** Who a participant is when they act. */
export function actorOf(tenant: TenantContext, person: ParticipantRow): Actor {
  return { tenant, participantId: person.id, fqid: person.fqid, localId: person.local_id, displayName: person.display_name, avatarUrl: person.avatar_url, role: person.role };
}

/** People exist from their first login: the issuer's claims say who they are; name and role follow the claims at each login. */
@Injectable()
export class LogIn {
  constructor(
    private readonly db: Database,
    private readonly store: ParticipantStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INVALID_TOKEN` if the claims give no usable name */
  async run(input: { tenant: Pick<TenantRow, 'id' | 'server_name' | 'admin_roles'>; claims: Claims }): Promise<Actor> {
    const { tenant, claims } = input;
    const context = { id: tenant.id, serverName: tenant.server_name };
    const subject = claims.sub;
    if (!subject) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    const said = { subject, displayName: displayNameOf(claims), role: roleOf(claims, tenant.admin_roles), email: textOf(claims.email) };
    const known = await this.db.readTenant(tenant.id, (db) => this.store.findBySubject(db, subject));
    if (known && known.display_name === (said.displayName ?? known.display_name) && known.role === said.role) return actorOf(context, known);
    const person = await this.db.forTenant(tenant.id, (tx) => this.#ensure(tx, context, { ...said, localId: localIdOf(claims) }));
    return actorOf(context, person);
  }

  async #ensure(tx: Tx, tenant: TenantContext, said: { subject: string; localId: LocalId; displayName: string | null; role: 'user' | 'admin'; email: string | null }): Promise<ParticipantRow> {
    await this.store.lockSubject(tx, said.subject);
    const known = await this.store.findBySubject(tx, said.subject);
    if (known) return this.store.markLogin(tx, { id: known.id, displayName: said.displayName ?? known.display_name, role: said.role, email: said.email });
    for (const localId of [said.localId, ...Array.from({ length: 20 }, (_, n) => `${said.localId.slice(0, 60)}-${n + 2}` as LocalId)]) {
      const made = await this.store.insertParticipant(tx, {
        id: newId(this.clock),
        fqid: formatFqid(localId, tenant.serverName),
        local_id: localId,
        server_name: tenant.serverName,
        display_name: said.displayName ?? localId,
        participant_type: 'human',
        role: said.role,
        oidc_subject: said.subject,
        email: said.email,
        created_at: this.clock.date(),
      });
      if (made) return made;
    }
    throw new DomainError('SW_TENANT_CAPACITY');
  }
}

function localIdOf(claims: Claims): LocalId {
  const name = textOf(claims.preferred_username) ?? String(claims.sub);
  const slug = name.toLowerCase().split('@')[0]?.replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 64) ?? '';
  const result = localIdSchema.safeParse(slug);
  if (!result.success) throw new DomainError('SW_AUTH_INVALID_TOKEN', { reason: 'the token names nobody usable: preferred_username or sub must hold a letter or digit' });
  return result.data;
}

function displayNameOf(claims: Claims): string | null {
  return textOf(claims.name)?.slice(0, 200) ?? null;
}

function roleOf(claims: Claims, adminRoles: readonly string[]): 'user' | 'admin' {
  const roles = Array.isArray(claims.roles) ? claims.roles : [];
  return roles.some((role) => typeof role === 'string' && adminRoles.includes(role)) ? 'admin' : 'user';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
