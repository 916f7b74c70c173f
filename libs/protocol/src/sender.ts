import { EVENT_TABLE, isKnownType } from './events.js';
import { serverOf, type Fqid, type ServerName } from './ids.js';

export type Verdict<Code extends string> = { allowed: true } | { allowed: false; code: Code; reason: string };
export const ALLOWED = { allowed: true } as const;
export function denied<Code extends string>(code: Code, reason: string): { allowed: false; code: Code; reason: string } {
  return { allowed: false, code, reason };
}

export interface SenderInput {
  readonly type: string;
  readonly origin: ServerName;
  readonly sender?: Fqid | null;
}

/** Whether the event names a person exactly when its type asks for one, and whether that person is of its origin. */
export function decideSenderField({ type, origin, sender }: SenderInput): Verdict<'SW_FED_EVENT_INVALID' | 'SW_FED_FORBIDDEN'> {
  const rule = isKnownType(type) ? EVENT_TABLE[type].sender : 'optional';
  if (rule === 'required' && !sender) return denied('SW_FED_EVENT_INVALID', `${type} needs a sender`);
  if (rule === 'none' && sender) return denied('SW_FED_EVENT_INVALID', `${type} has no sender`);
  if (sender && serverOf(sender) !== origin) return denied('SW_FED_FORBIDDEN', 'the sender is of another server than the origin');
  return ALLOWED;
}
