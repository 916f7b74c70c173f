import { Box, Code, Container, Group, Tabs, Text, Title } from '@mantine/core';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { Problem } from '../components/problem.js';
import { PageHeader } from '../components/page-header.js';
import { useIdentity } from '../features/peers/use-peers.js';
import { useSession } from '../features/session/session.js';
import { texts } from '../texts/en.js';

export function AdminFederationPage() {
  const { me } = useSession();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader><Title order={1} size="h4">{texts.admin.title}</Title></PageHeader>
      <Box flex={1} style={{ overflow: 'auto' }}>
        <Container size="lg" py="md">
          {me.role === 'admin' ? (
            <>
              <OwnIdentity />
              <Tabs value={pathname.split('/').at(-1)} onChange={(tab) => tab && void navigate(tab)} mb="md">
                <Tabs.List aria-label={texts.admin.title}>
                  <Tabs.Tab value="peers">{texts.admin.peers}</Tabs.Tab>
                  <Tabs.Tab value="policy">{texts.admin.policy}</Tabs.Tab>
                  <Tabs.Tab value="keys">{texts.admin.keys}</Tabs.Tab>
                </Tabs.List>
              </Tabs>
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

/** What other administrators compare when they add this server. */
function OwnIdentity() {
  const { us } = useSession();
  const { data } = useIdentity();
  return (
    <Group gap={8} mb="md">
      <Text size="sm" c="dimmed">{texts.admin.identity}</Text>
      <Text size="sm" fw={600}>{data?.server_name ?? us}</Text>
      {data?.fingerprint && <Code className="sw-break" aria-label={texts.admin.fingerprint}>{data.fingerprint}</Code>}
    </Group>
  );
}
