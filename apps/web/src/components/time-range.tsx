import { TextInput } from '@mantine/core';
import { adminTexts } from '../texts/en-admin.js';

interface TimeRangeProps {
  from: string;
  to: string;
  onChange: (changes: { from?: string; to?: string }) => void;
}

/** Two points in time, in the browser's time zone; kept as ISO 8601 in UTC. */
export function TimeRange({ from, to, onChange }: TimeRangeProps) {
  return (
    <>
      <TextInput type="datetime-local" flex="1 1 205px" maw={{ xs: 230 }} label={adminTexts.admin.from} value={localOf(from)} onChange={(event) => onChange({ from: isoOf(event.currentTarget.value) })} />
      <TextInput type="datetime-local" flex="1 1 205px" maw={{ xs: 230 }} label={adminTexts.admin.to} value={localOf(to)} onChange={(event) => onChange({ to: isoOf(event.currentTarget.value) })} />
    </>
  );
}

function localOf(iso: string): string {
  if (iso === '') return '';
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function isoOf(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
