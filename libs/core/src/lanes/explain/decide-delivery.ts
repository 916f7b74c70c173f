import type { PeeringVerdict, ServerName } from '@scaiwave/protocol';
import type { PeerRow } from '../../peers/index.js';
import { fact, sayCode, type Explanation, type Fact } from './explanation.js';

/** All that the delivery of one event to one peer rests on. */
export interface DeliveryFacts {
  own: ServerName;
  to: ServerName;
  event: { origin: ServerName; type: string; madeAt: Date; isSigned: boolean; isRedacted: boolean; state: string; failureCode: string | null };
  /** null: an event of the control lane */
  room: { host: ServerName; name: string | null; state: string; federates: boolean } | null;
  lane: { kind: 'host' | 'member'; place: number | null; ackedSeq: number; sentSeq: number; startSeq: number; endSeq: number | null; state: string; stopCode: string | null; lastAckedAt: Date | null } | null;
  control: { state: string; code: string | null; settledAt: Date | null; ahead: number } | null;
  exception: { state: string; code: string | null; at: Date; requestedAt: Date | null } | null;
  peer: PeerRow | null;
  verdict: PeeringVerdict;
  giveUpAfterMs: number;
  now: Date;
}

type Decision = Omit<Explanation, 'facts'> | null;
const REDELIVER = 'Mend what is wrong, then redeliver it (Deliveries → Redeliver).';

/** The first that answers is the answer: the list is the order in which a delivery can end or be held up. */
const QUESTIONS: ReadonlyArray<(facts: DeliveryFacts) => Decision> = [
  isTheirs, //        it was made there
  goesElsewhere, //   between the two servers no lane carries it
  isOutsideLane, //   said before the peer came, or after it left
  wasAskedForAgain, // an admin has asked for it to be redelivered
  wasRefused, //      the peer said no to this one
  wasGivenUp, //      24 hours in vain
  wasDropped, //      redacted before it left
  isStored, //        it is there
  isForbiddenHere, // our admin or our policy
  isStopped, //       the two hold different histories
  isPeerFailing, //   down, busy, refusing
  isOnItsWay, //      nothing is wrong
];

export function decideDelivery(facts: DeliveryFacts): Explanation {
  for (const ask of QUESTIONS) {
    const decision = ask(facts);
    if (decision) return { ...decision, facts: listFacts(facts) };
  }
  throw new Error('every delivery has an explanation');
}

function isTheirs({ event, to }: DeliveryFacts): Decision {
  return event.origin === to ? { verdict: 'not_sent', because: `${to} made this event itself; it only gets its place in the room's order.`, next: null } : null;
}

function goesElsewhere({ room, lane, control, own, to }: DeliveryFacts): Decision {
  if (lane !== null || control !== null || room === null) return null;
  if (room.host !== own) return { verdict: 'not_sent', because: `The room is ordered by ${room.host}, which hands its events on to ${to}; this server sends only to ${room.host}.`, next: `Explain the delivery to ${room.host}, or ask its admin.` };
  if (!room.federates) return { verdict: 'not_sent', because: 'The room does not federate.', next: null };
  return { verdict: 'not_sent', because: `Nobody of ${to} is or was in this room.`, next: `Invite somebody of ${to}.` };
}

function isOutsideLane({ lane, to }: DeliveryFacts): Decision {
  if (lane?.kind !== 'host' || lane.place === null) return null;
  if (lane.place < lane.startSeq) return { verdict: 'not_sent', because: `It was said before ${to} came into the room (place ${lane.place}, the lane begins at ${lane.startSeq}).`, next: `${to} gets it as history, by backfill, where the room shows its history.` };
  if (lane.endSeq !== null && lane.place > lane.endSeq) return { verdict: 'not_sent', because: `It was said after the last person of ${to} had left (place ${lane.place}, the lane ended at ${lane.endSeq}).`, next: null };
  return null;
}

function wasAskedForAgain({ exception, peer, to }: DeliveryFacts): Decision {
  if (exception?.requestedAt == null) return null;
  return { verdict: 'waiting', because: `It had ended as ${exception.state}; an admin has asked for it to be sent again, and ${to} has not taken it yet.`, next: whenNext(peer) };
}

function wasRefused({ exception, control, event, to, lane }: DeliveryFacts): Decision {
  if (exception?.state === 'refused') return { verdict: 'refused', because: `${to} refused it (${sayCode(exception.code)})`, next: REDELIVER };
  if (control?.state === 'refused') return { verdict: 'refused', because: `${to} refused it (${sayCode(control.code)})`, next: null };
  const isRefusedByHost = lane?.kind === 'member' && event.state === 'failed' && exception === null;
  return isRefusedByHost ? { verdict: 'refused', because: `The room's host refused it (${sayCode(event.failureCode)})`, next: 'Say it again once that is mended.' } : null;
}

function wasGivenUp({ exception, control, giveUpAfterMs, peer }: DeliveryFacts): Decision {
  const failed = exception?.state === 'failed' ? exception : control?.state === 'failed' ? control : null;
  if (!failed) return null;
  const hours = Math.round(giveUpAfterMs / 3_600_000);
  const last = peer?.last_error_message ? ` The last error was: ${peer.last_error_message}` : '';
  return { verdict: 'failed', because: `It was not taken within ${hours} hours and is not sent again by itself (${sayCode(failed.code)}).${last}`, next: 'Redeliver it (Deliveries → Redeliver): id and signature stay the same.' };
}

function wasDropped({ event, lane }: DeliveryFacts): Decision {
  const isDropped = lane?.kind === 'member' && event.isRedacted && !event.isSigned;
  return isDropped ? { verdict: 'not_sent', because: 'It was redacted before it left this server, so it was never sent.', next: null } : null;
}

function isStored({ lane, control, to }: DeliveryFacts): Decision {
  const isThere = control?.state === 'stored' || (lane !== null && lane.place !== null && lane.ackedSeq >= lane.place);
  return isThere ? { verdict: 'stored', because: `${to} has stored it.`, next: null } : null;
}

function isForbiddenHere({ peer, verdict, to }: DeliveryFacts): Decision {
  if (peer?.admin_state === 'paused') return waiting(`An admin of this server has paused ${to}.`, 'It goes on when an admin resumes the peer.');
  if (peer?.admin_state === 'blocked') return waiting(`An admin of this server has blocked ${to}.`, 'It goes on when an admin unblocks the peer.');
  if (peer?.admin_state === 'removed') return waiting(`${to} was removed: all shared rooms were cut.`, 'An admin may add it again; that restores nothing by itself.');
  if (peer?.admin_state === 'removed_by_them') return waiting(`${to} has removed this server: all shared rooms were cut.`, 'Their admin has to add this server again.');
  if (!verdict.allowed) return waiting(`Our own policy refuses ${to} (${verdict.rule}).`, 'Change the policy, or name the peer in it.');
  return null;
}

function isStopped({ lane, to }: DeliveryFacts): Decision {
  if (lane?.state !== 'stopped') return null;
  return waiting(`The lane to ${to} has stopped (${sayCode(lane.stopCode)}).`, 'An admin of each server looks at the room, then resumes the peer.');
}

function isPeerFailing({ peer, to }: DeliveryFacts): Decision {
  if (peer?.verdict == null) return null;
  const since = peer.failing_since ? ` since ${peer.failing_since.toISOString()}` : '';
  const said = peer.last_error_message ? `: ${peer.last_error_message}` : '.';
  const how = { down: `${to} cannot be reached${since}`, busy: `${to} asks us to wait${since}`, refuses_us: `${to} refuses our requests${since}` }[peer.verdict];
  return waiting(`${how}${said}`, whenNext(peer));
}

function isOnItsWay({ lane, control, to, event, peer }: DeliveryFacts): Decision {
  const ahead = lane === null ? (control?.ahead ?? 0) : Math.max(0, (lane.place ?? 0) - lane.ackedSeq - 1);
  const before = ahead > 0 ? ` ${ahead} before it ${ahead === 1 ? 'has' : 'have'} not been taken yet.` : '';
  const last = peer?.last_error_message ? ` The last error was: ${peer.last_error_message}` : '';
  return waiting(`${sayWhere(lane, to, event.isSigned)}${before}${last}`, 'It is sent within moments; if it is still here in a minute, look whether a worker runs.');
}

function sayWhere(lane: DeliveryFacts['lane'], to: ServerName, isSigned: boolean): string {
  if (lane !== null && lane.sentSeq >= (lane.place ?? 0)) return `It was sent to ${to}, and no answer has come.`;
  return isSigned ? `It waits to be sent to ${to}.` : `It waits for a worker to sign and send it to ${to}.`;
}

function waiting(because: string, next: string): Decision {
  return { verdict: 'waiting', because, next };
}

function whenNext(peer: PeerRow | null): string {
  return peer?.next_attempt_at ? `It is tried again at ${peer.next_attempt_at.toISOString()}, or as soon as the peer is heard of.` : 'It is tried again within seconds.';
}

function listFacts({ event, room, lane, control, exception, peer, verdict, to, giveUpAfterMs }: DeliveryFacts): Fact[] {
  return [
    fact('event', event.type, event.madeAt),
    fact('made by', event.origin),
    ...(room ? [fact('room', room.name), fact('room is ordered by', room.host)] : [fact('lane', 'control')]),
    fact('signed', event.isSigned),
    ...(event.isRedacted ? [fact('redacted', true)] : []),
    ...(lane ? [fact('place', lane.place), fact('lane', lane.kind === 'host' ? `this server → ${to}` : `to the room's host`), fact('the peer has everything up to', lane.ackedSeq, lane.lastAckedAt), fact('lane state', lane.state)] : []),
    ...(control ? [fact('control event', control.state, control.settledAt)] : []),
    ...(exception ? [fact('exception', exception.code === null ? exception.state : `${exception.state} ${exception.code}`, exception.at)] : []),
    ...(exception?.requestedAt ? [fact('asked for again', null, exception.requestedAt)] : []),
    ...(peer ? peerFacts(peer) : [fact('peer', 'never met')]),
    fact('our policy', verdict.allowed ? 'accepts the peer' : `refuses the peer: ${verdict.rule}`),
    fact('given up after', `${Math.round(giveUpAfterMs / 3_600_000)} h`, new Date(event.madeAt.getTime() + giveUpAfterMs)),
  ];
}

function peerFacts(peer: PeerRow): Fact[] {
  return [
    fact('peer', peer.admin_state),
    fact('peer last seen', null, peer.last_seen_at),
    fact('peer last took something', null, peer.last_success_at),
    ...(peer.last_error_code ? [fact('last error', `${peer.last_error_code}: ${peer.last_error_message ?? ''}`, peer.last_error_at)] : []),
    ...(peer.verdict ? [fact('failing', peer.verdict, peer.failing_since), fact('attempts in a row', peer.attempts), fact('next attempt', null, peer.next_attempt_at)] : []),
  ];
}
