import { serverOf, type ServerName } from '@scaiwave/protocol';
import { stateAt, type InvitationRow } from '../../invitations/index.js';
import { fact, sayCode, type Explanation } from './explanation.js';

export interface InvitationFacts {
  own: ServerName;
  row: InvitationRow;
  /** why it has not arrived, while it is on its way */
  delivery: Explanation | null;
  now: Date;
}

/** What became of an invitation, and by whom. */
export function decideInvitation({ own, row, delivery, now }: InvitationFacts): Explanation {
  const state = stateAt(row, now.getTime());
  const by = row.error_by === null || row.error_by === own ? 'this server' : row.error_by;
  const facts = [
    fact('invitation', row.direction === 'in' ? 'to one of our people' : 'from this server', row.created_at),
    fact('inviter', row.inviter), fact('invitee', row.invitee), fact('room', row.room.name), fact('room is ordered by', row.host),
    fact('state', state, row.updated_at), fact('expires', null, row.expires_at),
    ...(row.error_code === null ? [] : [fact('reason', `${row.error_code} by ${by}`, row.updated_at)]),
    ...(delivery?.facts ?? []),
  ];
  return { verdict: state, ...SENTENCES[state]({ row, by, delivery }), facts };
}

type Told = Pick<Explanation, 'because' | 'next'>;
type Teller = (told: { row: InvitationRow; by: string; delivery: Explanation | null }) => Told;

const SENTENCES: Readonly<Record<ReturnType<typeof stateAt>, Teller>> = {
  sending: ({ row, delivery }) => ({ because: `It has not reached ${serverOf(row.invitee)} yet. ${delivery?.because ?? ''}`.trim(), next: delivery?.next ?? null }),
  pending: ({ row }) => ({ because: `${row.invitee} has it and has not answered.`, next: `It expires at ${row.expires_at.toISOString()}.` }),
  accepted: ({ row }) => ({ because: `${row.invitee} has accepted it.`, next: null }),
  declined: ({ row }) => ({ because: `${row.invitee} has declined it${row.error_code ? ` (${sayCode(row.error_code)})` : ''}.`, next: 'Invite them again if that was a mistake.' }),
  revoked: ({ row, by }) => ({ because: row.error_code ? `It was withdrawn by ${by} (${sayCode(row.error_code)}).` : 'Whoever may invite here has withdrawn it, or a newer one has taken its place.', next: null }),
  expired: ({ row }) => ({ because: `It was not answered by ${row.expires_at.toISOString()}.`, next: 'Invite them again.' }),
  failed: ({ row, by }) => ({ because: `${by} refused it (${sayCode(row.error_code)}).`, next: 'Mend what the code says, then invite again.' }),
};
