import type { Severance, SeveringRequested, TenantContext } from '@scaiwave/core/resources';
import { DomainError, type ServerName } from '@scaiwave/protocol';
import { ANNOTATIONS, type SeveranceStatus, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import type { EventReason } from '../reasons.js';
import type { LifecycleData } from './lifecycle-data.js';
import { parseDryRun, parseSever } from './parse-sever-request.js';

/** The status to be written, and whether a worker is still cutting. */
export interface SeverOutcome {
  severance: SeveranceStatus | undefined;
  isUnderWay: boolean;
}

const MAX_HANDLED = 320;

/**
 * Severs, or only looks, when an annotation says so. Each value acts once: the status says which was the last, and the rows know every one
 * that ever severed, so that a Tenant restored from a backup does not sever again.
 */
export class SeverByAnnotation {
  constructor(
    private readonly context: OperatorContext,
    private readonly data: LifecycleData,
  ) {}

  async run(tenant: Tenant, row: TenantContext): Promise<SeverOutcome> {
    const { severance: present } = tenant.status ?? {};
    const sever = tenant.metadata.annotations?.[ANNOTATIONS.sever];
    const dryRun = tenant.metadata.annotations?.[ANNOTATIONS.severDryRun];
    // Taken away and set again, a dry run looks again.
    const known = withoutStale(present, dryRun);
    if (sever !== undefined && !isDone(known, sever)) return this.#sever(tenant, row, { value: sever, known });
    if (dryRun !== undefined && known?.lastHandledDryRun !== shorten(dryRun)) return { severance: await this.#look(tenant, row, { value: dryRun, known }), isUnderWay: false };
    return { severance: known, isUnderWay: false };
  }

  async #sever(tenant: Tenant, row: TenantContext, { value, known }: { value: string; known: SeveranceStatus | undefined }): Promise<SeverOutcome> {
    const kept = { ...pick(known, 'lastHandledDryRun'), lastHandled: shorten(value) };
    const parsed = parseSever(value);
    if ('problem' in parsed) return { severance: { ...kept, message: await this.#refuse(tenant, parsed.problem) }, isUnderWay: false };
    const { serverName } = parsed;
    try {
      const asked = await this.data.sever.run({ tenant: row, serverName, request: value });
      // What they have ended is cut first.
      if (asked === null) return { severance: known, isUnderWay: true };
      const isNews = known?.lastHandled !== kept.lastHandled;
      await this.#tellProgress(tenant, { serverName, isNews, ...asked });
      const observed = isNews ? { observedAt: this.#now() } : pick(known, 'observedAt');
      return { severance: { ...kept, serverName, ...figuresOf(asked.severance), ...observed, ...(asked.finishedAt && { executedAt: seconds(asked.finishedAt) }) }, isUnderWay: asked.finishedAt === null };
    } catch (error) {
      return { severance: { ...kept, message: await this.#refuse(tenant, unknownPeer(error, serverName)) }, isUnderWay: false };
    }
  }

  async #tellProgress(tenant: Tenant, { serverName, isNews, severance, finishedAt }: SeveringRequested & { serverName: ServerName; isNews: boolean }): Promise<void> {
    if (finishedAt !== null) await this.#tell(tenant, 'Severed', `Federation with ${serverName} has ended: ${countsOf(severance)}.`);
    else if (isNews) await this.#tell(tenant, 'SeverRequested', `Federation with ${serverName} ends: it is refused from now on, and what was shared is cut.`);
  }

  async #look(tenant: Tenant, row: TenantContext, { value, known }: { value: string; known: SeveranceStatus | undefined }): Promise<SeveranceStatus> {
    const kept = { ...pick(known, 'lastHandled'), lastHandledDryRun: shorten(value) };
    const parsed = parseDryRun(value);
    if ('problem' in parsed) return { ...kept, message: await this.#refuse(tenant, parsed.problem) };
    try {
      const severance = await this.data.preview.run({ tenant: row, serverName: parsed.serverName });
      await this.#tell(tenant, 'SeverDryRun', `Severing ${parsed.serverName} would cut this: ${countsOf(severance)}.`);
      return { ...kept, serverName: parsed.serverName, ...figuresOf(severance), observedAt: this.#now() };
    } catch (error) {
      return { ...kept, message: await this.#refuse(tenant, unknownPeer(error, parsed.serverName)) };
    }
  }

  async #refuse(tenant: Tenant, message: string): Promise<string> {
    await this.context.events.record(tenant, { type: 'Warning', reason: 'SeverRequestInvalid', message });
    return message;
  }

  async #tell(tenant: Tenant, reason: EventReason, message: string): Promise<void> {
    await this.context.events.record(tenant, { type: 'Normal', reason, message });
  }

  #now(): string {
    return seconds(this.context.clock.date());
  }
}

function isDone(known: SeveranceStatus | undefined, value: string): boolean {
  return known?.lastHandled === shorten(value) && (known.executedAt !== undefined || known.message !== undefined || known.serverName !== value.slice(0, value.lastIndexOf('@')));
}

function pick(known: SeveranceStatus | undefined, field: keyof SeveranceStatus): SeveranceStatus {
  return known?.[field] === undefined ? {} : { [field]: known[field] };
}

function withoutStale(present: SeveranceStatus | undefined, dryRun: string | undefined): SeveranceStatus | undefined {
  if (present === undefined || dryRun !== undefined) return present;
  const { lastHandledDryRun: _, ...rest } = present;
  return rest;
}

function figuresOf({ rooms, people, undelivered }: Severance): Pick<SeveranceStatus, 'rooms' | 'people' | 'undelivered'> {
  return { rooms: rooms.length, people: people.ours + people.theirs, undelivered };
}

function countsOf({ rooms, people, undelivered, invitations }: Severance): string {
  return `${rooms.length} rooms, ${people.ours} of our people and ${people.theirs} of theirs, ${undelivered} events that they do not get, ${invitations} open invitations`;
}

function unknownPeer(error: unknown, serverName: ServerName): string {
  if (error instanceof DomainError && error.code === 'SW_NOT_FOUND') return `This tenant has never met ${serverName}: there is nothing to sever.`;
  throw error;
}

function shorten(value: string): string {
  return value.slice(0, MAX_HANDLED);
}

function seconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
