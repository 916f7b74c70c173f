import { now } from '../../api/clock.js';
import type { NotificationItem } from '../../api/types.js';

const SETTING = 'sw-desktop-notifications';
/** What comes late, after a reconnect, is listed and no more. */
const FRESH_MS = 60_000;
const KINDS = new Set<NotificationItem['kind']>(['mention', 'keyword', 'message', 'reminder']);

export type DesktopState = 'on' | 'off' | 'denied' | 'missing';

/** Whether this browser shows notifications of ours: its own permission, and the person's choice for this device. */
export function desktopState(): DesktopState {
  if (!('Notification' in window)) return 'missing';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(SETTING) === 'on' ? 'on' : 'off';
}

/** Only ever called by a click: browsers hold a question that nobody asked for against the site. */
export async function turnDesktop(isOn: boolean): Promise<DesktopState> {
  const isAllowed = isOn && (await Notification.requestPermission()) === 'granted';
  localStorage.setItem(SETTING, isAllowed ? 'on' : 'off');
  return desktopState();
}

/** May this one pop up now? The server has decided that it notifies, and whether the person's quiet hours hold. */
export function popsUp(item: NotificationItem, at: { state: DesktopState; hasFocus: boolean }): boolean {
  const isFresh = now() - new Date(item.created_at).getTime() < FRESH_MS;
  return at.state === 'on' && !at.hasFocus && KINDS.has(item.kind) && item.data.is_silent !== true && isFresh && item.read_at === null;
}
