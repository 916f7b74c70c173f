import { Anchor, Badge, Checkbox, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { OpenDelivery } from '../../api/types.js';
import { Rows, type Column } from '../../components/rows.js';
import { Ago } from '../../components/times.js';
import { adminTexts } from '../../texts/en-admin.js';
import { errorSentence } from '../../texts/errors.js';
import { explainPath } from '../explain/explain-path.js';
import { peerPath } from '../peers/peer-path.js';
import { deliveryKey, mayRedeliver } from './use-deliveries.js';

const COLORS = { queued: 'gray', refused: 'red', failed: 'red' } as const;

interface TableProps {
  rows: readonly OpenDelivery[];
  selected: ReadonlySet<string>;
  onSelect: (keys: ReadonlySet<string>) => void;
}

function typeText(type: string): string {
  return adminTexts.deliveries.types[type] ?? type;
}

export function DeliveriesTable({ rows, selected, onSelect }: TableProps) {
  const t = adminTexts.deliveries;
  const possible = rows.filter(mayRedeliver).map(deliveryKey);
  const isAll = possible.length > 0 && possible.every((key) => selected.has(key));
  const toggle = (key: string) => onSelect(selected.has(key) ? new Set([...selected].filter((one) => one !== key)) : new Set([...selected, key]));
  const all = <Checkbox aria-label={t.selectAll} checked={isAll} indeterminate={!isAll && selected.size > 0} disabled={possible.length === 0} onChange={() => onSelect(new Set(isAll ? [] : possible))} />;
  const columns: Column<OpenDelivery>[] = [
    { label: adminTexts.deliveries.selectColumn, head: all, cell: (row) => <Checkbox aria-label={t.select(typeText(row.type), row.server_name)} disabled={!mayRedeliver(row)} checked={selected.has(deliveryKey(row))} onChange={() => toggle(deliveryKey(row))} /> },
    { label: t.state, cell: (row) => <Badge variant="light" color={COLORS[row.state]} tt="none" miw="max-content">{t.states[row.state]}</Badge> },
    { label: t.event, minWidth: 190, cell: (row) => <Event row={row} /> },
    { label: t.peer, minWidth: 180, cell: (row) => <Anchor component={Link} to={peerPath(row.server_name)} size="sm" className="sw-break">{row.server_name}</Anchor> },
    { label: t.room, minWidth: 120, cell: (row) => <span className="sw-break">{row.room_id ? (row.room_name ?? row.room_id) : t.noRoom}</span> },
    { label: t.when, minWidth: 110, cell: (row) => <Ago at={row.at} never="" /> },
    { label: t.reason, minWidth: 220, cell: (row) => <Reason row={row} /> },
  ];
  return <Rows label={adminTexts.admin.deliveries} columns={columns} rows={rows} keyOf={deliveryKey} />;
}

function Event({ row }: { row: OpenDelivery }) {
  return (
    <>
      <Text size="sm">{typeText(row.type)}</Text>
      {row.sender && <Text size="xs" c="dimmed" className="sw-break">{row.sender}</Text>}
    </>
  );
}

function Reason({ row }: { row: OpenDelivery }) {
  const t = adminTexts.deliveries;
  return (
    <>
      {row.code && <Text size="sm" className="sw-break">{errorSentence(row.code)} <Text span size="xs" c="dimmed">{row.code}</Text></Text>}
      <Anchor component={Link} to={explainPath(row.event_id, row.server_name)} size="sm" aria-label={t.whyLabel(typeText(row.type), row.server_name)}>{t.why}</Anchor>
    </>
  );
}
