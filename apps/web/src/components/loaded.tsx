import { Center, Loader, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { texts } from '../texts/en.js';
import { ErrorProblem } from './problem.js';

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  isFetching: boolean;
  /** how often what is asked for now was not to be had */
  errorUpdateCount: number;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Query<Data>;
  children: (data: Data) => ReactNode;
}

export function Loading() {
  return (
    <Center p="xl" role="status" aria-label={texts.app.loading}>
      <Loader size="sm" />
    </Center>
  );
}

/** Nothing to show: says so, and what to do next. */
export function Empty({ icon, title, next, children }: { icon?: ReactNode; title: string; next?: string; children?: ReactNode }) {
  return (
    <Center p="xl" flex={1}>
      <Stack align="center" gap={6} maw={360} ta="center">
        {icon && <Text c="dimmed" component="div" lh={1}>{icon}</Text>}
        <Text fw={600}>{title}</Text>
        {next && <Text size="sm" c="dimmed">{next}</Text>}
        {children}
      </Stack>
    </Center>
  );
}

/** The loading and the error state of a query; its data when it is there, also while it is being read again. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  // While it is tried again the reason stays: who reads it, or reaches for the button, must not lose it every few seconds.
  const [last, setLast] = useState<unknown>(query.error);
  if (query.error && query.error !== last) setLast(query.error);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  const error = query.error ?? (query.errorUpdateCount > 0 ? last : null);
  if (!error) return <Loading />;
  return (
    <Stack p="md">
      <ErrorProblem error={error} isRetrying={query.isFetching} onRetry={() => void query.refetch()} />
    </Stack>
  );
}
