import { Box, Button, Center, Container, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconBuildingCommunity, IconLogout } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, Outlet, useLocation, useSearchParams } from 'react-router';
import { api, ApiError, whenSignedOut } from '../api/client.js';
import { keys } from '../api/keys.js';
import { Empty, Loaded, Loading } from '../components/loaded.js';
import { notifyProblem } from '../components/notify.js';
import { Problem } from '../components/problem.js';
import { useProviderConfig, useProviderMe } from '../features/provider/use-provider.js';
import { texts } from '../texts/en.js';
import { providerTexts as t } from '../texts/en-provider.js';

/** The provider's view: of no tenant, on a host of its own, for people of the provider's own issuer. */
export function ProviderPage() {
  const me = useProviderMe();
  if (me.error instanceof ApiError && [401, 403].includes(me.error.status)) return <SignIn refusal={me.error.status === 403 ? me.error.problem.code : null} />;
  if (me.error instanceof ApiError && me.error.status === 404) return <Absent />;
  if (!me.data && !me.error) return <Loading />;
  return <Loaded query={me}>{({ name }) => <Frame name={name} />}</Loaded>;
}

function Absent() {
  return (
    <Center component="main" mih="100dvh">
      <Empty icon={<IconBuildingCommunity size={40} stroke={1.2} />} title={t.absent} next={t.absentNext}>
        <Button mt="sm" component="a" href="/" role="button">{t.toRooms}</Button>
      </Empty>
    </Center>
  );
}

function SignIn({ refusal }: { refusal: string | null }) {
  const config = useProviderConfig();
  const { pathname, search } = useLocation();
  const [params] = useSearchParams();
  const code = params.get('error') ?? refusal;
  const returnTo = params.has('error') ? pathname : pathname + search;
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder shadow="sm" p="xl" radius="lg" w="100%" maw={420}>
        <Loaded query={config}>
          {({ host, login_url }) => (
            <Stack>
              <div>
                <Title order={1} size="h3">{t.signInTitle}</Title>
                <Text size="sm" c="dimmed">{host}</Text>
              </div>
              <Text size="sm">{t.signInText}</Text>
              {code && <Problem problem={{ code: code.startsWith('SW_') ? code : 'SW_AUTH_OIDC_FAILED' }} />}
              <Button component="a" size="md" href={`${login_url}?return_to=${encodeURIComponent(returnTo)}`} role="button">{texts.login.button}</Button>
            </Stack>
          )}
        </Loaded>
      </Paper>
    </Center>
  );
}

function Frame({ name }: { name: string }) {
  const client = useQueryClient();
  useEffect(() => {
    whenSignedOut(() => void client.resetQueries({ queryKey: keys.providerMe }));
    return () => whenSignedOut(() => {});
  }, [client]);
  const signOut = useMutation({
    mutationFn: () => api.POST('/v1/provider/auth/logout'),
    onSuccess: () => {
      client.clear();
      window.location.assign('/provider');
    },
    onError: notifyProblem,
  });
  return (
    <Stack h="100dvh" gap={0}>
      <Group component="header" h={60} px={{ base: 'sm', sm: 'md' }} gap="sm" wrap="nowrap" flex="none" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
        <IconBuildingCommunity size={24} stroke={1.5} aria-hidden />
        <Text fw={650} truncate component={Link} to="/provider" c="inherit" td="none">{t.view}</Text>
        <Text ml="auto" size="sm" c="dimmed" truncate maw={{ base: 110, sm: 320 }}>{name}</Text>
        <Button size="xs" variant="default" leftSection={<IconLogout size={16} />} loading={signOut.isPending} onClick={() => signOut.mutate()} flex="none">{texts.login.out}</Button>
      </Group>
      <Box component="main" flex={1} style={{ overflow: 'auto' }}>
        <Container size="xl" py="md" px={{ base: 'sm', sm: 'md' }}><Outlet /></Container>
      </Box>
    </Stack>
  );
}
