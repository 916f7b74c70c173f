import { Box, Button, Group, Text } from '@mantine/core';
import { adminTexts } from '../texts/en-admin.js';
import { ErrorProblem } from './problem.js';

interface Pages {
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Below a list: how much of it is shown, and the way to the rest. */
export function LoadMore({ pages, shown, total }: { pages: Pages; shown: number; total: number | null }) {
  return (
    <Group mt="md" gap="sm">
      {total !== null && <Text size="xs" c="dimmed" role="status">{adminTexts.admin.shown(shown, total)}</Text>}
      {pages.isFetchNextPageError && <Box w="100%"><ErrorProblem error={pages.error} /></Box>}
      {pages.hasNextPage && <Button size="xs" variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{adminTexts.admin.loadMore}</Button>}
    </Group>
  );
}
