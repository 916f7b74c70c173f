import { createContext, useContext } from 'react';
import type { Member, Participant, Room, RoomDeliveries, RoomEvent } from '../../api/types.js';
import { texts } from '../../texts/en.js';

export interface Edited {
  eventId: string;
  inThread: boolean;
}

export interface Chat {
  room: Room;
  members: Member[];
  /** Everybody who is or was seen in the room, by participant id. */
  people: Map<string, Participant>;
  canWrite: boolean;
  /** How far the room is at its other servers; undefined while that is not known. */
  deliveries: RoomDeliveries | undefined;
  openThread: (eventId: string | null) => void;
  reply: (event: RoomEvent) => void;
  /** The message that I am changing, and whether in its thread. */
  editing: Edited | null;
  edit: (message: Edited | null) => void;
  jumpTo: (eventId: string) => void;
  resend: (event: RoomEvent) => void;
  discard: (event: RoomEvent) => void;
}

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error('useChat outside of a room');
  return chat;
}

export function nameOf(chat: Pick<Chat, 'people'>, event: Pick<RoomEvent, 'sender' | 'sender_id'>): string {
  return event.sender?.display_name ?? chat.people.get(event.sender_id ?? '')?.display_name ?? texts.chat.someone;
}
