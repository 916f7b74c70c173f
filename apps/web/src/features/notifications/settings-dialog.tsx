import { Button, Group, Modal, Radio, SegmentedControl, Stack, Switch, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Preferences } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { desktopState, turnDesktop, type DesktopState } from './desktop.js';
import { usePreferences, useSavePreferences } from './use-preferences.js';

type Form = Pick<Preferences, 'default_mode' | 'keyword_alerts' | 'quiet_hours'>;
const { settings } = searchTexts;
const MODES = Object.entries(settings.modes) as [Preferences['default_mode'], string][];

/** What notifies me, on all my devices; and whether this one shows it. */
export function NotificationSettingsDialog({ onClose }: { onClose: () => void }) {
  const preferences = usePreferences();
  return (
    <Modal opened onClose={onClose} size="lg" title={settings.title} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Loaded query={preferences}>{(known) => <SettingsForm known={known} onClose={onClose} />}</Loaded>
    </Modal>
  );
}

function SettingsForm({ known, onClose }: { known: Preferences; onClose: () => void }) {
  const save = useSavePreferences();
  const [form, setForm] = useState<Form>({ default_mode: known.default_mode, keyword_alerts: known.keyword_alerts, quiet_hours: known.quiet_hours });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const set = (changes: Partial<Form>) => setForm({ ...form, ...changes });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ ...form, timezone: timeZone }, {
      onSuccess: () => {
        notifyDone(settings.saved);
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Radio.Group label={settings.mode} description={settings.modeHint} value={form.default_mode} onChange={(mode) => set({ default_mode: mode as Form['default_mode'] })}>
          <Stack gap={8} mt={8}>{MODES.map(([mode, label]) => <Radio key={mode} value={mode} label={label} />)}</Stack>
        </Radio.Group>
        <TagsInput label={settings.keywords} description={settings.keywordsHint} maxTags={50} acceptValueOnBlur isDuplicate={(word, all) => all.some((each) => each.toLowerCase() === word.trim().toLowerCase())} value={form.keyword_alerts} onChange={(words) => set({ keyword_alerts: words.map((word) => word.trim().slice(0, 100)).filter(Boolean) })} />
        <QuietHoursFields hours={form.quiet_hours} zone={timeZone} onChange={(hours) => set({ quiet_hours: hours })} />
        <ThisDevice />
        {save.error && <ErrorProblem error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
          <Button type="submit" loading={save.isPending}>{texts.app.save}</Button>
        </Group>
      </Stack>
    </form>
  );
}

function daysOf(hours: Preferences['quiet_hours']): string {
  if (hours.weekdays_only) return 'weekdays';
  return hours.weekends_only ? 'weekends' : 'every';
}

function QuietHoursFields({ hours, zone, onChange }: { hours: Preferences['quiet_hours']; zone: string; onChange: (hours: Preferences['quiet_hours']) => void }) {
  const set = (changes: Partial<Preferences['quiet_hours']>) => onChange({ ...hours, ...changes });
  const days = [{ value: 'every', label: settings.everyDay }, { value: 'weekdays', label: settings.weekdays }, { value: 'weekends', label: settings.weekends }];
  return (
    <Stack gap="xs">
      <Switch label={settings.quiet} description={settings.quietHint} checked={hours.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
      {hours.enabled && (
        <>
          <Group align="flex-end" gap="sm">
            <TextInput type="time" required label={settings.from} value={hours.start} onChange={(event) => set({ start: event.currentTarget.value })} />
            <TextInput type="time" required label={settings.until} value={hours.end} onChange={(event) => set({ end: event.currentTarget.value })} />
            <SegmentedControl aria-label={settings.days} data={days} value={daysOf(hours)} onChange={(value) => set({ weekdays_only: value === 'weekdays', weekends_only: value === 'weekends' })} />
          </Group>
          <Text size="xs" c="dimmed">{settings.zone(zone)}</Text>
        </>
      )}
    </Stack>
  );
}

function ThisDevice() {
  const [state, setState] = useState<DesktopState>(desktopState);
  const turn = (isOn: boolean) => void turnDesktop(isOn).then(setState);
  return (
    <Stack gap={6} align="flex-start">
      <Title order={3} size="sm" fw={600}>{settings.desktop}</Title>
      <Text size="xs" c="dimmed">{settings.desktopHint}</Text>
      {state === 'on' && <Text size="sm" role="status">{settings.isOn}</Text>}
      {state === 'denied' && <Text size="sm" role="status">{settings.isDenied}</Text>}
      {state === 'missing' && <Text size="sm" role="status">{settings.isMissing}</Text>}
      {state === 'off' && <Button size="compact-sm" variant="light" onClick={() => turn(true)}>{settings.turnOn}</Button>}
      {state === 'on' && <Button size="compact-sm" variant="default" onClick={() => turn(false)}>{settings.turnOff}</Button>}
    </Stack>
  );
}
