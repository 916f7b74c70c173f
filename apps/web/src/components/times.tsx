import { Text, Tooltip, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { now } from '../api/clock.js';
import { texts } from '../texts/en.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LOCALE = 'en-GB';
// Made once: making one takes longer than all that it formats for a screen of messages.
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });
const planned = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function clockText(iso: string): string {
  return clock.format(new Date(iso));
}

export function fullText(iso: string): string {
  return full.format(new Date(iso));
}

/** A time that somebody chose: to the minute. */
export function plannedText(iso: string): string {
  return planned.format(new Date(iso));
}

/** A day as people say it: Today, Yesterday, then the date. */
export function dayText(iso: string): string {
  const day = new Date(iso);
  const midnight = new Date(now()).setHours(0, 0, 0, 0);
  const daysAgo = Math.round((midnight - new Date(iso).setHours(0, 0, 0, 0)) / DAY);
  if (daysAgo === 0) return texts.chat.today;
  if (daysAgo === 1) return texts.chat.yesterday;
  return date.format(day);
}

export function isSameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** How long something can still be answered: in days, on the last day in hours. */
export function leftText(expiresAt: string): string {
  const leftMs = new Date(expiresAt).getTime() - now();
  if (leftMs <= 0) return texts.invitations.states.expired;
  return leftMs > DAY ? texts.invitations.daysLeft(Math.round(leftMs / DAY)) : texts.invitations.hoursLeft(Math.ceil(leftMs / HOUR));
}

function agoText(iso: string): string {
  const deltaMs = new Date(iso).getTime() - now();
  const size = Math.abs(deltaMs);
  if (size < MINUTE) return relative.format(Math.round(deltaMs / 1000), 'second');
  if (size < HOUR) return relative.format(Math.round(deltaMs / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(deltaMs / HOUR), 'hour');
  return relative.format(Math.round(deltaMs / DAY), 'day');
}

/** "3 minutes ago", kept up to date; the exact time on hover. */
export function Ago({ at, never, ...rest }: { at: string | null; never: string } & TextProps) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <Text span inherit c="dimmed" {...rest}>{never}</Text>;
  return <Tooltip label={fullText(at)}><Text span inherit={!rest.size} component="time" {...{ dateTime: at }} {...rest}>{agoText(at)}</Text></Tooltip>;
}
