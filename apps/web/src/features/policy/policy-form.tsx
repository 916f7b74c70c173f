import { Alert, Button, Group, NumberInput, Radio, Select, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { Policy, PolicyFields } from '../../api/types.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { changesOf, formOf, useSavePolicy, wrongServer } from './use-policy.js';

type Form = Required<PolicyFields>;
interface PartProps {
  policy: Policy;
  form: Form;
  set: (changes: Partial<Form>) => void;
}
type Mode = keyof typeof texts.policy.modes;

/** Server names are lower-case; people paste them with capitals and spaces. */
function tidy(names: string[]): string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()).filter(Boolean))];
}

export function PolicyForm({ policy }: { policy: Policy }) {
  const before = formOf(policy);
  const [changes, setChanges] = useState<Partial<Form>>({});
  const save = useSavePolicy();
  const form = { ...before, ...changes };
  const toSend = changesOf(before, form);
  const isWrong = wrongServer(form.allowed_peers) !== null || wrongServer(form.blocked_peers) !== null;
  const isUnchanged = Object.keys(toSend).length === 0;
  const part = { policy, form, set: (more: Partial<Form>) => setChanges({ ...changes, ...more }) };
  const submit = () =>
    save.mutate(toSend, {
      onSuccess: () => {
        setChanges({});
        notifyDone(texts.policy.saved);
      },
    });
  return (
    <Stack maw={640} gap="lg">
      <Text size="sm" c="dimmed">{texts.policy.intro}</Text>
      {policy.provider_resource !== null && <Text size="xs" c="dimmed">{texts.policy.providerResource(policy.provider_resource)}</Text>}
      <ModeField {...part} />
      <AllowedField {...part} />
      <BlockedField {...part} />
      <LimitFields {...part} />
      <OtherServersFields {...part} />
      {save.error && <ErrorProblem error={save.error} />}
      <Group>
        <Button loading={save.isPending} disabled={isUnchanged || isWrong} onClick={submit}>{texts.policy.save}</Button>
        {!isUnchanged && <Button variant="default" onClick={() => setChanges({})}>{texts.app.cancel}</Button>}
      </Group>
    </Stack>
  );
}

/** What the provider has fixed for a field, and that it wins. */
function Fixed({ policy, field, text }: { policy: Policy; field: keyof PolicyFields; text: (value: never) => string }) {
  const provided = policy.provider[field];
  if (provided === undefined || provided === null) return null;
  return (
    <Alert color="gray" py={6} px="sm" icon={<IconLock size={16} />}>
      <Text size="xs">{text(provided as never)}</Text>
    </Alert>
  );
}

function isFixed(policy: Policy, field: keyof PolicyFields): boolean {
  return policy.decided_by[field] === 'provider';
}

function ModeField({ policy, form, set }: PartProps) {
  const modes = Object.keys(texts.policy.modes) as Mode[];
  const floor = modes.indexOf(policy.provider.default_mode ?? 'open');
  return (
    <Stack gap="xs">
      <Radio.Group label={texts.policy.mode} value={form.default_mode} onChange={(mode) => set({ default_mode: mode as Mode })}>
        <Stack gap="xs" mt={6}>{modes.map((mode, strictness) => <Radio key={mode} value={mode} disabled={strictness < floor} label={texts.policy.modes[mode]} description={texts.policy.modeHints[mode]} />)}</Stack>
      </Radio.Group>
      <Fixed policy={policy} field="default_mode" text={(mode: Mode) => texts.policy.fixedMode(texts.policy.modes[mode])} />
    </Stack>
  );
}

function listError(names: string[] | null): string | false {
  const wrong = wrongServer(names);
  return wrong !== null && texts.policy.badServer(wrong);
}

function AllowedField({ policy, form, set }: PartProps) {
  const names = form.allowed_peers;
  return (
    <Stack gap="xs">
      <Switch label={texts.policy.limitAllowed} description={names === null ? texts.policy.allowedAny : undefined} checked={names !== null} onChange={(event) => set({ allowed_peers: event.currentTarget.checked ? [] : null })} />
      {names !== null && <TagsInput label={texts.policy.allowed} description={texts.policy.allowedHint} value={names} error={listError(names)} acceptValueOnBlur onChange={(next) => set({ allowed_peers: tidy(next) })} />}
      <Fixed policy={policy} field="allowed_peers" text={(names: string[]) => texts.policy.fixedAllowed(names.join(', ') || texts.peers.none)} />
    </Stack>
  );
}

function BlockedField({ policy, form, set }: PartProps) {
  const fixed = policy.provider.blocked_peers ?? [];
  return (
    <Stack gap="xs">
      <TagsInput label={texts.policy.blocked} description={texts.policy.blockedHint} value={form.blocked_peers} error={listError(form.blocked_peers)} acceptValueOnBlur onChange={(next) => set({ blocked_peers: tidy(next) })} />
      {fixed.length > 0 && <Alert color="gray" py={6} px="sm" icon={<IconLock size={16} />}><Text size="xs">{texts.policy.alsoBlocked(fixed.join(', '))}</Text></Alert>}
    </Stack>
  );
}

const NUMBERS = [
  { field: 'max_foreign_participants_per_room', label: texts.policy.maxForeign, hint: undefined, max: 10_000 },
  { field: 'max_backfill_events_per_request', label: texts.policy.maxBackfill, hint: texts.policy.maxBackfillHint, max: 1_000 },
] as const;

function LimitFields({ policy, form, set }: PartProps) {
  return (
    <>
      {NUMBERS.map(({ field, label, hint, max }) => (
        <Stack key={field} gap="xs">
          <NumberInput label={label} description={hint} min={0} max={Math.min(max, policy.provider[field] ?? max)} allowDecimal={false} clampBehavior="blur" value={form[field]} onChange={(value) => typeof value === 'number' && set({ [field]: value })} />
          <Fixed policy={policy} field={field} text={(value: number) => texts.policy.fixedMost(String(value))} />
        </Stack>
      ))}
    </>
  );
}

function OtherServersFields({ policy, form, set }: PartProps) {
  const { thirdParties, directories } = texts.policy;
  const options = (labels: Record<string, string>) => Object.entries(labels).map(([value, label]) => ({ value, label }));
  return (
    <>
      <Stack gap="xs">
        <Select label={texts.policy.thirdParty} allowDeselect={false} disabled={isFixed(policy, 'third_party_servers')} data={options(thirdParties)} value={form.third_party_servers} onChange={(value) => value && set({ third_party_servers: value as Form['third_party_servers'] })} />
        <Fixed policy={policy} field="third_party_servers" text={(value: keyof typeof thirdParties) => texts.policy.fixedValue(thirdParties[value] ?? value)} />
      </Stack>
      <Stack gap="xs">
        <Select label={texts.policy.directory} allowDeselect={false} disabled={isFixed(policy, 'directory')} data={options(directories)} value={form.directory} onChange={(value) => value && set({ directory: value as Form['directory'] })} />
        <Fixed policy={policy} field="directory" text={(value: keyof typeof directories) => texts.policy.fixedValue(directories[value] ?? value)} />
      </Stack>
    </>
  );
}
