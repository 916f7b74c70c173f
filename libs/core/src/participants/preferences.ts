import type { ParticipantRow } from './participant-row.js';

/** Hours of the day in which nothing pings; over midnight if they end before they begin. */
export interface QuietHours {
  enabled: boolean;
  /** HH:MM in the person's time zone */
  start: string;
  end: string;
  weekdays_only: boolean;
  weekends_only: boolean;
}

/** What a person set for themself; it stays at home. */
export interface Preferences {
  locale: 'en' | 'nl' | 'de';
  timezone: string;
  time_format: '12h' | '24h';
  /** of rooms whose own mode is `inherit` */
  default_mode: 'all' | 'mentions' | 'none';
  quiet_hours: QuietHours;
  keyword_alerts: string[];
  read_marker_mode: 'leave' | 'scroll';
  push: boolean;
  email: boolean;
  email_address: string | null;
}

const DEFAULTS: Preferences = {
  locale: 'en', timezone: 'UTC', time_format: '24h', default_mode: 'mentions', quiet_hours: { enabled: false, start: '22:00', end: '07:00', weekdays_only: false, weekends_only: false },
  keyword_alerts: [], read_marker_mode: 'leave', push: false, email: false, email_address: null,
};

/** A person's preferences, whole. */
export function preferencesOf(person: Pick<ParticipantRow, 'preferences'>): Preferences {
  return { ...DEFAULTS, ...(person.preferences as Partial<Preferences>) };
}
