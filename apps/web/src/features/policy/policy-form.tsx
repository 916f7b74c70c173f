import { Alert, Button, Group, NumberInput, Radio, Select, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { Policy, PolicyFields } from '../../api/types.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { adminTexts } from '../../texts/en-admin.js';
import { changesOf, formOf, useSavePolicy, wrongServer } from './use-policy.js';

type Form = Required<PolicyFields>;
interface PartProps {
  policy: Policy;
  form: Form;
  set: (changes: Partial<Form>) => void;
}
type Mode = keyof typeof adminTexts.policy.modes;

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
        notifyDone(adminTexts.policy.saved);
      },
    });
  return (
    <Stack maw={640} gap="lg">
      <Text size="sm" c="dimmed">{adminTexts.policy.intro}</Text>
      <ModeField {...part} />
      <AllowedField {...part} />
      <BlockedField {...part} />
      <LimitFields {...part} />
      <OtherServersFields {...part} />
      {save.error && <ErrorProblem error={save.error} />}
      <Group>
        <Button loading={save.isPending} disabled={isUnchanged || isWrong} onClick={submit}>{adminTexts.policy.save}</Button>
        {!isUnchanged && <Button variant="default" onClick={() => setChanges({})}>{texts.app.cancel}</Button>}
      </Group>
    </Stack>
  );
}

/** What the provider has fixed for a field, and that it wins. */
function Fixed({ policy, field, text }: { policy: Policy; field: keyof PolicyFields; text: (value: never) => string }) {
  const provided = policy.provider[field];
  if (provided === undefined || provided === null) return null;
  return <Lock policy={policy} text={text(provided as never)} />;
}

/** What the provider states, and in which resource, so that one knows what to ask them to change. */
function Lock({ policy, text }: { policy: Policy; text: string }) {
  return (
    <Alert color="gray" py={6} px="sm" icon={<IconLock size={16} />}>
      <Text size="xs">{text} {policy.provider_resource && <Text span inherit c="dimmed" className="sw-break">{adminTexts.policy.fixedBy(policy.provider_resource)}</Text>}</Text>
    </Alert>
  );
}

function isFixed(policy: Policy, field: keyof PolicyFields): boolean {
  return policy.decided_by[field] === 'provider';
}

function ModeField({ policy, form, set }: PartProps) {
  const modes = Object.keys(adminTexts.policy.modes) as Mode[];
  const floor = modes.indexOf(policy.provider.default_mode ?? 'open');
  return (
    <Stack gap="xs">
      <Radio.Group label={adminTexts.policy.mode} value={form.default_mode} onChange={(mode) => set({ default_mode: mode as Mode })}>
        <Stack gap="xs" mt={6}>{modes.map((mode, strictness) => <Radio key={mode} value={mode} disabled={strictness < floor} label={adminTexts.policy.modes[mode]} description={adminTexts.policy.modeHints[mode]} />)}</Stack>
      </Radio.Group>
      <Fixed policy={policy} field="default_mode" text={(mode: Mode) => adminTexts.policy.fixedMode(adminTexts.policy.modes[mode])} />
    </Stack>
  );
}

function listError(names: string[] | null): string | false {
  const wrong = wrongServer(names);
  return wrong !== null && adminTexts.policy.badServer(wrong);
}

function AllowedField({ policy, form, set }: PartProps) {
  const names = form.allowed_peers;
  return (
    <Stack gap="xs">
      <Switch label={adminTexts.policy.limitAllowed} description={names === null ? adminTexts.policy.allowedAny : undefined} checked={names !== null} onChange={(event) => set({ allowed_peers: event.currentTarget.checked ? [] : null })} />
      {names !== null && <TagsInput label={adminTexts.policy.allowed} description={adminTexts.policy.allowedHint} value={names} error={listError(names)} acceptValueOnBlur onChange={(next) => set({ allowed_peers: tidy(next) })} />}
      <Fixed policy={policy} field="allowed_peers" text={(names: string[]) => adminTexts.policy.fixedAllowed(names.join(', ') || adminTexts.peers.none)} />
    </Stack>
  );
}

function BlockedField({ policy, form, set }: PartProps) {
  const fixed = policy.provider.blocked_peers ?? [];
  return (
    <Stack gap="xs">
      <TagsInput label={adminTexts.policy.blocked} description={adminTexts.policy.blockedHint} value={form.blocked_peers} error={listError(form.blocked_peers)} acceptValueOnBlur onChange={(next) => set({ blocked_peers: tidy(next) })} />
      {fixed.length > 0 && <Lock policy={policy} text={adminTexts.policy.alsoBlocked(fixed.join(', '))} />}
    </Stack>
  );
}

const NUMBERS = [
  { field: 'max_foreign_participants_per_room', label: adminTexts.policy.maxForeign, hint: undefined, max: 10_000 },
  { field: 'max_backfill_events_per_request', label: adminTexts.policy.maxBackfill, hint: adminTexts.policy.maxBackfillHint, max: 1_000 },
] as const;

function LimitFields({ policy, form, set }: PartProps) {
  return (
    <>
      {NUMBERS.map(({ field, label, hint, max }) => (
        <Stack key={field} gap="xs">
          <NumberInput label={label} description={hint} min={0} max={Math.min(max, policy.provider[field] ?? max)} allowDecimal={false} clampBehavior="blur" value={form[field]} onChange={(value) => typeof value === 'number' && set({ [field]: value })} />
          <Fixed policy={policy} field={field} text={(value: number) => adminTexts.policy.fixedMost(String(value))} />
        </Stack>
      ))}
    </>
  );
}

function OtherServersFields({ policy, form, set }: PartProps) {
  const { thirdParties, directories } = adminTexts.policy;
  const options = (labels: Record<string, string>) => Object.entries(labels).map(([value, label]) => ({ value, label }));
  return (
    <>
      <Stack gap="xs">
        <Select label={adminTexts.policy.thirdParty} allowDeselect={false} disabled={isFixed(policy, 'third_party_servers')} data={options(thirdParties)} value={form.third_party_servers} onChange={(value) => value && set({ third_party_servers: value as Form['third_party_servers'] })} />
        <Fixed policy={policy} field="third_party_servers" text={(value: keyof typeof thirdParties) => adminTexts.policy.fixedValue(thirdParties[value] ?? value)} />
      </Stack>
      <Stack gap="xs">
        <Select label={adminTexts.policy.directory} allowDeselect={false} disabled={isFixed(policy, 'directory')} data={options(directories)} value={form.directory} onChange={(value) => value && set({ directory: value as Form['directory'] })} />
        <Fixed policy={policy} field="directory" text={(value: keyof typeof directories) => adminTexts.policy.fixedValue(directories[value] ?? value)} />
      </Stack>
    </>
  );
}
