import { Button, Group, Text } from '@mantine/core';
import { IconChecks, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { OpenDelivery } from '../api/types.js';
import { Confirm } from '../components/confirm.js';
import { Empty, Loaded } from '../components/loaded.js';
import { LoadMore } from '../components/load-more.js';
import { notifyDone, notifyProblem } from '../components/notify.js';
import { useFilter } from '../components/use-filter.js';
import { DeliveriesTable } from '../features/deliveries/deliveries-table.js';
import { DeliveryFilters } from '../features/deliveries/delivery-filters.js';
import { deliveryKey, FILTERS, useOpenDeliveries, useRedeliver, type DeliveryFilter, type Redelivery } from '../features/deliveries/use-deliveries.js';
import { adminTexts } from '../texts/en-admin.js';

export function AdminDeliveriesPage() {
  const t = adminTexts.deliveries;
  const { filter, set, clear, isFiltered } = useFilter(FILTERS);
  const deliveries = useOpenDeliveries(filter);
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const rows = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">{t.intro}</Text>
      <DeliveryFilters filter={filter} set={set} clear={clear} isFiltered={isFiltered} rows={rows} />
      <Loaded query={deliveries}>
        {() => (
          <>
            <RedeliverBar rows={rows} selected={selected} onDone={() => select(new Set())} filter={filter} />
            {rows.length === 0 ? <NoDeliveries isFiltered={isFiltered} /> : <DeliveriesTable rows={rows} selected={selected} onSelect={select} />}
            <LoadMore pages={deliveries} shown={rows.length} total={null} />
          </>
        )}
      </Loaded>
    </>
  );
}

function NoDeliveries({ isFiltered }: { isFiltered: boolean }) {
  const { deliveries, admin } = adminTexts;
  if (isFiltered) return <Empty title={admin.noMatch} next={admin.noMatchNext} />;
  return <Empty icon={<IconChecks size={40} stroke={1.2} />} title={deliveries.empty} next={deliveries.emptyNext} />;
}

interface BarProps {
  rows: readonly OpenDelivery[];
  selected: ReadonlySet<string>;
  filter: DeliveryFilter;
  onDone: () => void;
}

function RedeliverBar({ rows, selected, filter, onDone }: BarProps) {
  const t = adminTexts.deliveries;
  const redeliver = useRedeliver();
  const [isAsking, setAsking] = useState(false);
  // What was stored meanwhile is no longer among the rows.
  const chosen = rows.filter((row) => selected.has(deliveryKey(row)));
  const hasFailed = rows.some((row) => row.state === 'failed');
  const run = (what: Redelivery, wanted: number | null) =>
    redeliver.mutate(what, {
      onSuccess: (taken) => {
        notifyDone([t.taken(taken), wanted !== null && taken < wanted ? t.notTaken(wanted - taken) : ''].join(' ').trim());
        onDone();
      },
      onError: notifyProblem,
      onSettled: () => setAsking(false),
    });
  // It stays for what it has to say of the last ones, which are gone from the list before that.
  if (rows.length === 0) return null;
  return (
    <Group mb="sm" gap="sm" mih={36}>
      <Button size="xs" leftSection={<IconRefresh size={16} />} disabled={chosen.length === 0} loading={redeliver.isPending && !isAsking} onClick={() => run({ rows: chosen }, chosen.length)}>{t.redeliver(chosen.length)}</Button>
      {hasFailed && !filter.from && !filter.to && <Button size="xs" variant="default" onClick={() => setAsking(true)}>{t.redeliverAll}</Button>}
      {isAsking && <Confirm title={t.redeliverAllSure} text={t.redeliverAllText(filter.peer || null)} action={t.redeliverAll} isBusy={redeliver.isPending} onClose={() => setAsking(false)} onConfirm={() => run({ allFailed: filter }, null)} />}
    </Group>
  );
}
