import { Group, Paper, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { PeerHistory } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { Rows, type Column } from '../../components/rows.js';
import { clockText } from '../../components/times.js';
import { adminTexts } from '../../texts/en-admin.js';
import { buildSlots, MEASURES, mostOf, summaryOf, type Measure, type Slot } from './build-chart.js';
import classes from './peer-charts.module.css';
import { usePeerHistory } from './use-peer.js';

const t = adminTexts.peers;
const HEIGHT = 100;
const numbers = new Intl.NumberFormat('en-GB');

function valueText(measure: Measure, value: number | null): string {
  if (value === null) return t.chartNone;
  return measure === 'latency' ? t.milliseconds(numbers.format(value)) : numbers.format(value);
}

function timeText({ from, to }: Slot): string {
  return `${clockText(new Date(from).toISOString())}–${clockText(new Date(to).toISOString())}`;
}

/** What went to the peer in the last 24 hours, a small chart per number: each has its own scale, so that few failures show beside many deliveries. */
export function PeerCharts({ serverName }: { serverName: string }) {
  const history = usePeerHistory(serverName);
  return <Loaded query={history}>{(data) => <Charts history={data} />}</Loaded>;
}

function Charts({ history }: { history: PeerHistory }) {
  const slots = useMemo(() => buildSlots(history), [history]);
  if (history.buckets.length === 0) return <Text size="sm" c="dimmed">{t.chartEmpty}</Text>;
  return (
    <>
      <div className={classes.grid}>{MEASURES.map((measure) => <Chart key={measure} slots={slots} measure={measure} />)}</div>
      <Numbers slots={slots} />
    </>
  );
}

function Chart({ slots, measure }: { slots: readonly Slot[]; measure: Measure }) {
  const [pointed, point] = useState<Slot | null>(null);
  const summary = valueText(measure, summaryOf(slots, measure));
  const most = mostOf(slots, measure);
  return (
    <Paper component="figure" withBorder p="sm" m={0}>
      <figcaption>
        <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
          <Text size="sm" fw={600}>{t.charts[measure]}</Text>
          <Text size="lg" fw={650} lh={1}>{pointed ? valueText(measure, pointed[measure]) : summary}</Text>
        </Group>
        <Text size="xs" c="dimmed">{pointed ? timeText(pointed) : t.chartHints[measure]}</Text>
      </figcaption>
      <svg className={classes.plot} role="img" aria-label={t.chartSummary(t.charts[measure], summary, valueText(measure, most))} viewBox={`0 0 ${slots.length} ${HEIGHT}`} preserveAspectRatio="none" onPointerLeave={() => point(null)}>
        {slots.map((slot, at) => <Bar key={slot.from} slot={slot} at={at} measure={measure} most={most} onPoint={point} />)}
      </svg>
      <Group justify="space-between" aria-hidden="true"><Text size="xs" c="dimmed">{t.dayAgo}</Text><Text size="xs" c="dimmed">{t.nowMark}</Text></Group>
    </Paper>
  );
}

interface BarProps {
  slot: Slot;
  at: number;
  measure: Measure;
  most: number;
  onPoint: (slot: Slot) => void;
}

function Bar({ slot, at, measure, most, onPoint }: BarProps) {
  const value = slot[measure] ?? 0;
  // What is not nothing is to be seen, however much there was at other times.
  const height = value === 0 ? 0 : Math.max(4, (value / most) * HEIGHT);
  return (
    <g onPointerEnter={() => onPoint(slot)}>
      <rect className={classes.hit} x={at} y={0} width={1} height={HEIGHT} />
      <rect className={classes[measure]} x={at + 0.08} y={HEIGHT - height} width={0.84} height={height} pointerEvents="none" />
    </g>
  );
}

const COLUMNS: Column<Slot>[] = [
  { label: t.time, minWidth: 110, cell: timeText },
  ...MEASURES.map((measure): Column<Slot> => ({ label: t.charts[measure], cell: (slot) => valueText(measure, slot[measure]) })),
];

/** The same for those who do not see charts, or want the figures: the quarters in which anything was sent, newest first. */
function Numbers({ slots }: { slots: readonly Slot[] }) {
  const busy = slots.filter((slot) => slot.sent + slot.retried + slot.failed > 0 || slot.latency !== null).toReversed();
  return (
    <details style={{ marginTop: 8 }}>
      <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>{t.numbers}</summary>
      <Rows label={t.chartsTitle} columns={COLUMNS} rows={busy} keyOf={(slot) => String(slot.from)} />
    </details>
  );
}
