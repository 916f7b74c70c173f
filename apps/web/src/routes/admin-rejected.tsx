import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import type { Rejection } from '../api/types.js';
import { DetailsText } from '../components/details-text.js';
import { Empty, Loaded } from '../components/loaded.js';
import { LoadMore } from '../components/load-more.js';
import { OnlyButton } from '../components/only-button.js';
import { Rows, type Column } from '../components/rows.js';
import { Ago } from '../components/times.js';
import { useFilter } from '../components/use-filter.js';
import { FILTERS, useRejected, type RejectedFilter } from '../features/rejected/use-rejected.js';
import { errorSentence } from '../texts/errors.js';
import { adminTexts } from '../texts/en-admin.js';

const t = adminTexts.rejected;

export function AdminRejectedPage() {
  const { filter, set, clear, isFiltered } = useFilter(FILTERS);
  const rejected = useRejected(filter);
  const rows = rejected.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">{t.intro}</Text>
      <Group align="flex-end" gap="sm" mb="md" role="search" aria-label={adminTexts.admin.rejected}>
        <TextInput flex="1 1 150px" maw={{ xs: 240 }} label={t.origin} placeholder={t.originHint} autoCapitalize="none" spellCheck={false} value={filter.origin} onChange={(event) => set({ origin: event.currentTarget.value })} />
        <TextInput flex="1 1 150px" maw={{ xs: 280 }} label={t.code} placeholder={t.codeHint} autoCapitalize="characters" spellCheck={false} value={filter.code} onChange={(event) => set({ code: event.currentTarget.value })} />
        {isFiltered && <Button variant="subtle" color="gray" onClick={clear}>{adminTexts.admin.clear}</Button>}
      </Group>
      <Loaded query={rejected}>
        {(data) => (
          <>
            {rows.length === 0 ? <NoRejections isFiltered={isFiltered} /> : <Rows label={adminTexts.admin.rejected} columns={columnsOf(set)} rows={rows} keyOf={(row) => row.id} />}
            {rows.length > 0 && <LoadMore pages={rejected} shown={rows.length} total={data.pages.at(-1)?.total ?? null} />}
          </>
        )}
      </Loaded>
    </>
  );
}

function NoRejections({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty title={adminTexts.admin.noMatch} next={adminTexts.admin.noMatchNext} />;
  return <Empty icon={<IconShieldCheck size={40} stroke={1.2} />} title={t.empty} next={t.emptyNext} />;
}

function columnsOf(set: (changes: Partial<RejectedFilter>) => void): Column<Rejection>[] {
  return [
    { label: t.when, minWidth: 110, cell: (row) => <Ago at={row.at} never="" /> },
    { label: t.origin, minWidth: 180, cell: (row) => (row.origin ? <OnlyButton value={row.origin} label={t.only(row.origin)} onClick={() => set({ origin: row.origin })} /> : <Text span inherit c="dimmed">{t.noOrigin}</Text>) },
    { label: t.code, minWidth: 265, cell: (row) => <OnlyButton value={row.code} label={t.only(row.code)} onClick={() => set({ code: row.code })} /> },
    {
      label: t.reason, minWidth: 240,
      cell: (row) => (
        <>
          <Text size="sm">{errorSentence(row.code, row.reason)}</Text>
          <Text size="xs" c="dimmed" className="sw-break">{row.reason}</Text>
          <DetailsText label={t.details} details={row.details} />
        </>
      ),
    },
  ];
}
