import { Box, Container, Title } from '@mantine/core';
import { PageHeader } from '../components/page-header.js';
import { PeopleSearch } from '../features/people/people-search.js';
import { texts } from '../texts/en.js';

export function PeoplePage() {
  return (
    <>
      <PageHeader><Title order={1} size="h4">{texts.people.title}</Title></PageHeader>
      <Box flex={1} style={{ overflow: 'auto' }}>
        <Container size="sm" py="md"><PeopleSearch /></Container>
      </Box>
    </>
  );
}
