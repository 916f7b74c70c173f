import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { isQuiet, Notify, type Notification } from '../notifications/index.js';
import { ParticipantStore, preferencesOf, type ParticipantRow } from '../participants/index.js';
import type { TenantContext } from '../tenants/index.js';
import { SnoozeStore, type SnoozeRow } from './snooze.store.js';
import { Snoozes } from './snoozes.js';

const PER_TRANSACTION = 100;

@Injectable()
export class ReminderPeople {
  constructor(
    readonly store: ParticipantStore,
    readonly notify: Notify,
  ) {}
}

/** Tells people of the messages whose time has come: once each, whatever is killed and however many sweeps run at once. */
@Injectable()
export class RemindSweep {
  constructor(
    private readonly db: Database,
    private readonly store: SnoozeStore,
    private readonly snoozes: Snoozes,
    private readonly people: ReminderPeople,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.date();
    const tenants = await this.db.acrossTenants('reminders whose time has come', (fleet) => this.store.listTenantsWithDue(fleet, now));
    for (const { id, server_name: serverName } of tenants) {
      for (let taken = PER_TRANSACTION; taken === PER_TRANSACTION; ) taken = await this.db.forTenant(id, (tx) => this.#remind(tx, { id, serverName }, now));
    }
  }

  async #remind(tx: Tx, tenant: TenantContext, now: Date): Promise<number> {
    const due = await this.store.takeDue(tx, now, PER_TRANSACTION);
    const byPerson = Map.groupBy(due, (row) => row.participant_id);
    const reminders: Notification[] = [];
    for (const person of await this.people.store.listByIds(tx, [...byPerson.keys()])) reminders.push(...(await this.#remindersOf(tx, { person, tenant, rows: byPerson.get(person.id) ?? [] })));
    if (reminders.length > 0) await this.people.notify.run(tx, ...reminders);
    return due.length;
  }

  /**
   * A message that was removed in between, or whose room the person has left, is nothing to be reminded of. Quiet hours hold for reminders
   * too: it comes when it was asked for, but makes no noise.
   */
  async #remindersOf(tx: Tx, { person, tenant, rows }: { person: ParticipantRow; tenant: TenantContext; rows: readonly SnoozeRow[] }): Promise<Notification[]> {
    const messages = await this.snoozes.messages(tx, { fqid: person.fqid, tenant }, rows.map((row) => row.event_id));
    const isSilent = isQuiet(preferencesOf(person), this.clock.now());
    return rows.flatMap((row) => {
      const event = messages.find(({ id, room_id: roomId }) => id === row.event_id && roomId === row.room_id);
      return event ? [{ participantId: person.id, kind: 'reminder' as const, data: { event_id: event.id, room_id: event.room_id, sender: event.sender, is_silent: isSilent } }] : [];
    });
  }
}
