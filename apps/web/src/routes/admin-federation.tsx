import { Box, Code, Container, Group, Text, Title } from '@mantine/core';
import { NavLink, Outlet } from 'react-router';
import { Problem } from '../components/problem.js';
import { PageHeader } from '../components/page-header.js';
import { useIdentity } from '../features/peers/use-peers.js';
import { useSession } from '../features/session/session.js';
import { adminTexts } from '../texts/en-admin.js';
import classes from './admin-federation.module.css';

export function AdminFederationPage() {
  const { me } = useSession();
  return (
    <>
      <PageHeader><Title order={1} size="h4">{adminTexts.admin.title}</Title></PageHeader>
      <Box flex={1} style={{ overflow: 'auto' }}>
        <Container size="xl" py="md" px={{ base: 'sm', sm: 'md' }}>
          {me.role === 'admin' ? (
            <>
              <OwnIdentity />
              <Pages />
              <Outlet />
            </>
          ) : (
            <Problem problem={{ code: 'SW_AUTH_INSUFFICIENT_PERMISSION' }} />
          )}
        </Container>
      </Box>
    </>
  );
}

const PAGES = ['peers', 'policy', 'deliveries', 'rejected', 'keys', 'audit', 'explain'] as const;

function Pages() {
  return (
    <nav aria-label={adminTexts.admin.title} className={classes.pages}>
      {PAGES.map((page) => <NavLink key={page} to={page} className={classes.page}>{adminTexts.admin[page]}</NavLink>)}
    </nav>
  );
}

/** What other administrators compare when they add this server. */
function OwnIdentity() {
  const { us } = useSession();
  const { data } = useIdentity();
  return (
    <Group gap={8} mb="md">
      <Text size="sm" c="dimmed">{adminTexts.admin.identity}</Text>
      <Text size="sm" fw={600}>{data?.server_name ?? us}</Text>
      {data?.fingerprint && <Code className="sw-break" aria-label={adminTexts.admin.fingerprint}>{data.fingerprint}</Code>}
    </Group>
  );
}
