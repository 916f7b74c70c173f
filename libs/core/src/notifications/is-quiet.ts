import type { Preferences, QuietHours } from '../participants/preferences.js';

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEKEND = new Set(['Sat', 'Sun']);

/** Do the person's quiet hours hold at this time? A night that began on a quiet day is quiet to its end. */
export function isQuiet({ quiet_hours: hours, timezone }: Pick<Preferences, 'quiet_hours' | 'timezone'>, atMs: number): boolean {
  if (!hours.enabled) return false;
  const now = localTime(atMs, timezone);
  if (hours.start <= hours.end) return now.clock >= hours.start && now.clock < hours.end && isQuietDay(hours, now.day);
  if (now.clock >= hours.start) return isQuietDay(hours, now.day);
  return now.clock < hours.end && isQuietDay(hours, localTime(atMs - 86_400_000, timezone).day);
}

function isQuietDay(hours: QuietHours, day: string): boolean {
  const isWeekend = WEEKEND.has(day);
  return !(hours.weekdays_only && isWeekend) && !(hours.weekends_only && !isWeekend);
}

/** HH:MM and the day of the week, as people there read them. */
function localTime(atMs: number, timezone: string): { clock: string; day: string } {
  let format = formats.get(timezone);
  if (!format) {
    const timeZone = isTimezone(timezone) ? timezone : 'UTC';
    format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(timezone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return { clock: `${parts.get('hour')}:${parts.get('minute')}`, day: parts.get('weekday') ?? '' };
}

/** A name that this server knows, such as Europe/Amsterdam. */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError: no such zone
  }
}
