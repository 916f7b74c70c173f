import { Alert, Badge, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Explanation } from '../api/types.js';
import { Empty, Loaded } from '../components/loaded.js';
import { fullText } from '../components/times.js';
import { useFilter } from '../components/use-filter.js';
import { isId, useExplanation, type Answered } from '../features/explain/use-explanation.js';
import { adminTexts } from '../texts/en-admin.js';
import classes from './admin-explain.module.css';

const t = adminTexts.explain;
const FIELDS = ['id', 'peer'] as const;
const COLORS: Record<string, string> = { stored: 'teal', accepted: 'teal', waiting: 'yellow', sending: 'yellow', pending: 'blue', refused: 'red', failed: 'red' };

export function AdminExplainPage() {
  const { filter, set } = useFilter(FIELDS);
  const explanation = useExplanation(filter.id, filter.peer);
  return (
    <Stack maw={820}>
      <Text size="sm" c="dimmed">{t.intro}</Text>
      <Question key={`${filter.id} ${filter.peer}`} asked={filter} onAsk={set} />
      {isId(filter.id) && <Loaded query={explanation}>{(answer) => <Answer answer={answer} onChoose={(peer) => set({ peer })} />}</Loaded>}
    </Stack>
  );
}

interface QuestionProps {
  asked: { id: string; peer: string };
  onAsk: (question: { id: string; peer: string }) => void;
}

function Question({ asked, onAsk }: QuestionProps) {
  const [id, setId] = useState(asked.id);
  const [peer, setPeer] = useState(asked.peer);
  const tidy = id.trim().toLowerCase();
  const isWrong = tidy !== '' && !isId(tidy);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isId(tidy)) onAsk({ id: tidy, peer: peer.trim().toLowerCase() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-start" gap="sm">
        <TextInput flex="1 1 320px" label={t.id} placeholder={t.idHint} autoCapitalize="none" spellCheck={false} value={id} error={isWrong && t.idBad} onChange={(event) => setId(event.currentTarget.value)} />
        <TextInput flex="1 1 200px" label={adminTexts.explain.peer} placeholder={adminTexts.rejected.originHint} inputWrapperOrder={['label', 'input', 'description', 'error']} description={t.peerHint} autoCapitalize="none" spellCheck={false} value={peer} onChange={(event) => setPeer(event.currentTarget.value)} />
        <Button type="submit" mt={25} disabled={!isId(tidy)}>{t.button}</Button>
      </Group>
    </form>
  );
}

function Answer({ answer, onChoose }: { answer: Answered; onChoose: (peer: string) => void }) {
  if (answer === null) return <Empty icon={<IconHelpCircle size={40} stroke={1.2} />} title={t.unknown} next={t.unknownNext} />;
  if ('choose' in answer) {
    return (
      <Alert color="blue">
        <Text size="sm" mb="xs">{t.needPeer}</Text>
        <Group gap="xs">{answer.choose.map((peer) => <Button key={peer} size="compact-sm" variant="default" onClick={() => onChoose(peer)}>{peer}</Button>)}</Group>
      </Alert>
    );
  }
  return <Explained explanation={answer.explanation} />;
}

type Fact = Explanation['facts'][number];

function valueText(value: Fact['value']): string {
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  return value === null ? '' : String(value);
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map((fact, at) => (
        <div key={`${at} ${fact.what}`}>
          <dt>{fact.what}</dt>
          <dd className="sw-break">{valueText(fact.value)} {fact.at && <time dateTime={fact.at}>{fullText(fact.at)}</time>}</dd>
        </div>
      ))}
    </dl>
  );
}

function Explained({ explanation }: { explanation: Explanation }) {
  const { verdict, peer, because, next, facts } = explanation;
  return (
    <Stack>
      <Paper withBorder p="md" role="status">
        <Group gap="xs" mb="xs">
          <Badge size="lg" variant="light" color={COLORS[verdict] ?? 'gray'} tt="none" miw="max-content">{t.verdicts[verdict] ?? verdict}</Badge>
          {peer && <Text size="sm" c="dimmed" className="sw-break">{t.to(peer)}</Text>}
        </Group>
        <Text className="sw-break">{because}</Text>
        {next && <Text size="sm" mt="xs" className="sw-break"><Text span inherit fw={600}>{t.next}: </Text>{next}</Text>}
      </Paper>
      <Title order={2} size="h6">{t.facts}</Title>
      <Facts facts={facts} />
    </Stack>
  );
}
