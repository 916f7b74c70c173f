import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { AuditLine } from '../api/types.js';
import { DetailsText } from '../components/details-text.js';
import { Empty, Loaded } from '../components/loaded.js';
import { LoadMore } from '../components/load-more.js';
import { OnlyButton } from '../components/only-button.js';
import { Rows, type Column } from '../components/rows.js';
import { TimeRange } from '../components/time-range.js';
import { Ago } from '../components/times.js';
import { useFilter } from '../components/use-filter.js';
import { exportPath, FILTERS, useAudit, type AuditFilter } from '../features/audit/use-audit.js';
import { adminTexts } from '../texts/en-admin.js';

const t = adminTexts.audit;

export function AdminAuditPage() {
  const { filter, set, clear, isFiltered } = useFilter(FILTERS);
  const audit = useAudit(filter);
  const rows = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Text size="sm" c="dimmed" mb="md">{t.intro}</Text>
      <Group align="flex-end" gap="sm" mb="md" role="search" aria-label={adminTexts.admin.audit}>
        <TextInput flex="1 1 150px" maw={{ xs: 230 }} label={t.actor} placeholder={t.actorHint} autoCapitalize="none" spellCheck={false} value={filter.actor} onChange={(event) => set({ actor: event.currentTarget.value })} />
        <TextInput flex="1 1 150px" maw={{ xs: 230 }} label={t.action} placeholder={t.actionHint} autoCapitalize="none" spellCheck={false} value={filter.action} onChange={(event) => set({ action: event.currentTarget.value })} />
        <TimeRange from={filter.from} to={filter.to} onChange={set} />
        {isFiltered && <Button variant="subtle" color="gray" onClick={clear}>{adminTexts.admin.clear}</Button>}
        <Button component="a" href={exportPath(filter)} download="audit.jsonl" variant="default" leftSection={<IconDownload size={16} />} ml="auto">{t.export}</Button>
      </Group>
      <Loaded query={audit}>
        {(data) =>
          rows.length === 0 ? (
            <Empty title={isFiltered ? adminTexts.admin.noMatch : t.empty} next={isFiltered ? adminTexts.admin.noMatchNext : undefined} />
          ) : (
            <>
              <Rows label={adminTexts.admin.audit} columns={columnsOf(set)} rows={rows} keyOf={(row) => row.id} />
              <LoadMore pages={audit} shown={rows.length} total={data.pages.at(-1)?.total ?? null} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function columnsOf(set: (changes: Partial<AuditFilter>) => void): Column<AuditLine>[] {
  return [
    { label: t.when, minWidth: 110, cell: (row) => <Ago at={row.at} never="" /> },
    { label: t.actor, minWidth: 150, cell: (row) => <OnlyButton value={row.actor} label={t.only(row.actor)} onClick={() => set({ actor: row.actor })} /> },
    { label: t.action, minWidth: 150, cell: (row) => <OnlyButton value={row.action} label={t.only(row.action)} onClick={() => set({ action: row.action })} /> },
    { label: t.subject, minWidth: 180, cell: (row) => <span className="sw-break">{row.subject}</span> },
    { label: t.details, minWidth: 200, cell: (row) => <DetailsText label={t.details} details={{ ...row.details, ...(row.request_id && { request_id: row.request_id }) }} /> },
  ];
}
