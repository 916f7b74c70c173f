import { Anchor, Button, Group, SegmentedControl, Text, TextInput, Title } from '@mantine/core';
import { IconBuildingCommunity, IconSearch } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ProviderTenant } from '../api/types.js';
import { Empty, Loaded } from '../components/loaded.js';
import { Rows, type Column } from '../components/rows.js';
import { useFilter } from '../components/use-filter.js';
import { Amount, Backlog, NextKey, Readiness } from '../features/provider/tenant-cells.js';
import { PROVIDER_FILTERS, stateOf, useProviderTenants, type Counts, type TenantState } from '../features/provider/use-provider.js';
import { providerTexts as t } from '../texts/en-provider.js';

const STATES: readonly TenantState[] = ['', 'not_ready', 'failing'];

export function ProviderTenantsPage() {
  const { filter, set, clear, isFiltered } = useFilter(PROVIDER_FILTERS);
  const tenants = useProviderTenants(filter);
  const counts = tenants.data?.pages.at(-1)?.counts;
  const rows = tenants.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <Title order={1} size="h4" mb="sm">{t.title}</Title>
      <Group align="flex-end" gap="sm" mb="md" role="search" aria-label={t.title}>
        <SegmentedControl aria-label={t.filter} value={stateOf(filter)} onChange={(state) => set({ state })} data={STATES.map((value) => ({ value, label: labelOf(value, counts) }))} />
        <TextInput flex="1 1 180px" maw={320} aria-label={t.search} placeholder={t.searchHint} autoCapitalize="none" spellCheck={false} leftSection={<IconSearch size={16} />} value={filter.q} onChange={(event) => set({ q: event.currentTarget.value })} />
        {isFiltered && <Button variant="subtle" color="gray" onClick={clear}>{t.clear}</Button>}
      </Group>
      <Loaded query={tenants}>
        {() => (rows.length === 0 ? <NoTenants state={stateOf(filter)} isSearched={filter.q.trim() !== ''} /> : <Rows label={t.title} columns={COLUMNS} rows={rows} keyOf={resourceOf} />)}
      </Loaded>
      {tenants.hasNextPage && <Button mt="md" size="xs" variant="default" loading={tenants.isFetchingNextPage} onClick={() => void tenants.fetchNextPage()}>{t.more}</Button>}
    </>
  );
}

function labelOf(state: TenantState, counts: Counts | undefined): string {
  return counts ? t.states[state](counts[state || 'all']) : t.statesUncounted[state];
}

function NoTenants({ state, isSearched }: { state: TenantState; isSearched: boolean }) {
  if (isSearched) return <Empty title={t.noMatch} next={t.noMatchNext} />;
  if (state !== '') return <Empty title={t.emptyState[state] ?? t.noMatch} />;
  return <Empty icon={<IconBuildingCommunity size={40} stroke={1.2} />} title={t.empty} next={t.emptyNext} />;
}

function resourceOf({ namespace, name }: ProviderTenant): string {
  return `${namespace}/${name}`;
}

const COLUMNS: Column<ProviderTenant>[] = [
  {
    label: t.tenant, minWidth: 170,
    cell: (tenant) => (
      <>
        <Anchor component={Link} to={resourceOf(tenant)} size="sm" fw={600} className="sw-break" aria-label={t.details(resourceOf(tenant))}>{tenant.name}</Anchor>
        <Text size="xs" c="dimmed" className="sw-break">{tenant.namespace}</Text>
      </>
    ),
  },
  { label: t.server, minWidth: 210, cell: (tenant) => <Text size="sm" className="sw-break">{tenant.server_name}</Text> },
  { label: t.ready, minWidth: 230, cell: (tenant) => <Readiness tenant={tenant} /> },
  { label: t.backlog, minWidth: 110, cell: (tenant) => <Backlog tenant={tenant} /> },
  { label: t.failed, minWidth: 90, cell: (tenant) => <Amount of={tenant.failed_24h} isBad /> },
  { label: t.failingPeers, minWidth: 90, cell: (tenant) => <Amount of={tenant.failing_peers} isBad /> },
  { label: t.nextKey, minWidth: 110, cell: (tenant) => <NextKey tenant={tenant} /> },
];
