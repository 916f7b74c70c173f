import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { Loaded } from '../components/loaded.js';
import { Problem } from '../components/problem.js';
import { useConfig } from '../features/session/session.js';
import { texts } from '../texts/en.js';

/** Only a path of this app, so that a link cannot send people elsewhere after they signed in. */
function safePath(path: string | null): string {
  return path?.startsWith('/') && !path.startsWith('//') && !path.includes('\\') ? path : '/';
}

export function LoginPage() {
  const config = useConfig();
  const [params] = useSearchParams();
  const error = params.get('error');
  const returnTo = safePath(params.get('return_to'));
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder shadow="sm" p="xl" radius="lg" w="100%" maw={400}>
        <Loaded query={config}>
          {({ display_name, server_name, login_url }) => (
            <Stack>
              <div>
                <Title order={1} size="h3">{texts.login.title(display_name || server_name)}</Title>
                <Text size="sm" c="dimmed">{server_name}</Text>
              </div>
              <Text size="sm">{texts.login.text}</Text>
              {error && <Problem problem={{ code: error.startsWith('SW_') ? error : 'SW_AUTH_OIDC_FAILED' }} />}
              <Button component="a" size="md" href={`${login_url}?return_to=${encodeURIComponent(returnTo)}`} role="button">{texts.login.button}</Button>
            </Stack>
          )}
        </Loaded>
      </Paper>
    </Center>
  );
}
