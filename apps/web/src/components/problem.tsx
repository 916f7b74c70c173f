import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { problemFrom } from '../api/client.js';
import type { ApiProblem } from '../api/types.js';
import { errorSentence } from '../texts/errors.js';
import { texts } from '../texts/en.js';

interface ProblemProps {
  problem: ApiProblem;
  /** This server's name, to say who refused. */
  us?: string;
  onRetry?: () => void;
  isRetrying?: boolean;
}

function whoRefused({ by, code }: ApiProblem, us: string | undefined): string | null {
  if (!by || code === 'SW_FED_PEER_UNREACHABLE') return null; // Who does not answer refuses nothing.
  if (by === 'us' || by === us) return texts.invite.byUs(us ?? texts.rooms.thisServer);
  return texts.invite.byThem(by);
}

/** One refusal: who refused, the catalogue's sentence (what happened, what to do next), the code. */
export function Problem({ problem, us, onRetry, isRetrying }: ProblemProps) {
  const who = whoRefused(problem, us);
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={who ?? undefined}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{errorSentence(problem.code, problem.message)}</Text>
        <Group gap="sm">
          <Code color="transparent" c="dimmed" p={0} className="sw-break">{problem.code}{problem.field ? ` (${problem.field})` : ''}</Code>
          {onRetry && <Button size="compact-sm" variant="light" color="red" loading={isRetrying} onClick={onRetry}>{texts.app.retry}</Button>}
        </Group>
      </Stack>
    </Alert>
  );
}

export function ErrorProblem({ error, ...rest }: Omit<ProblemProps, 'problem'> & { error: unknown }) {
  return <Problem problem={problemFrom(error)} {...rest} />;
}
