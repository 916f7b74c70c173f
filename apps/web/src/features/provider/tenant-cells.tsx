import { Badge, Text } from '@mantine/core';
import type { ProviderTenant } from '../../api/types.js';
import { Ago } from '../../components/times.js';
import { providerTexts as t } from '../../texts/en-provider.js';

const COLORS = { True: 'teal', False: 'red', Unknown: 'yellow' } as const;

export function ReadyBadge({ ready }: Pick<ProviderTenant, 'ready'>) {
  return <Badge variant="light" color={COLORS[ready]} tt="none" miw="max-content">{t.readiness[ready]}</Badge>;
}

/** In one word why, and in a sentence what to do about it. */
export function Readiness({ tenant }: { tenant: ProviderTenant }) {
  return (
    <>
      <ReadyBadge ready={tenant.ready} />
      {tenant.ready !== 'True' && <Text size="sm" fw={600} mt={4} className="sw-break">{tenant.reason}</Text>}
      {tenant.message && <Text size="xs" c="dimmed" lineClamp={3} className="sw-break">{tenant.message}</Text>}
    </>
  );
}

export function Backlog({ tenant }: { tenant: ProviderTenant }) {
  return (
    <>
      <Amount of={tenant.backlog} />
      {tenant.oldest_pending_at && <Text size="xs" c="dimmed">{t.oldest} <Ago at={tenant.oldest_pending_at} never="" /></Text>}
    </>
  );
}

/** A number that should be 0 stands out when it is not. */
export function Amount({ of, isBad = false }: { of: number | null; isBad?: boolean }) {
  if (of === null) return <Text span size="sm" c="dimmed">{t.none}</Text>;
  const stands = isBad && of > 0;
  return <Text span size="sm" fw={stands ? 700 : undefined} c={stands ? 'red' : undefined}>{of.toLocaleString('en')}</Text>;
}

export function NextKey({ tenant }: { tenant: ProviderTenant }) {
  return <Ago at={tenant.next_rotation_at} never={tenant.backlog === null ? t.none : t.byHand} size="sm" />;
}
