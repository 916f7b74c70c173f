import { Box, Group, NavLink, Stack, Text } from '@mantine/core';
import { IconUsers, IconWorld } from '@tabler/icons-react';
import { Link, NavLink as RouterLink, Outlet, useLocation } from 'react-router';
import { DesktopPopups } from '../features/notifications/desktop-popups.js';
import { NotificationBell } from '../features/notifications/notification-bell.js';
import { RoomNavigation } from '../features/rooms/room-navigation.js';
import { useTitle } from '../features/rooms/use-title.js';
import { SearchButton } from '../features/search/search-button.js';
import { AccountMenu } from '../features/session/account-menu.js';
import { ConnectionLine } from '../features/session/connection-line.js';
import { SignedIn, useConfig, useSession } from '../features/session/session.js';
import { texts } from '../texts/en.js';
import classes from './shell.module.css';

export function Shell() {
  return (
    <SignedIn>
      <Frame />
    </SignedIn>
  );
}

function Frame() {
  const { pathname } = useLocation();
  useTitle();
  return (
    <Box className={classes.frame}>
      <DesktopPopups />
      <a className="sw-skip" href="#content">{texts.chat.messages}</a>
      <Stack className={classes.side} data-away={pathname !== '/' || undefined} gap={0}>
        <SideHeader />
        <RoomNavigation />
        <SideFooter />
      </Stack>
      <Stack component="main" id="content" className={classes.content} data-away={pathname === '/' || undefined} gap={0}>
        <ConnectionLine />
        <Outlet />
      </Stack>
    </Box>
  );
}

function SideHeader() {
  const { us } = useSession();
  const config = useConfig();
  return (
    <Group component="header" px="sm" h={60} gap="sm" wrap="nowrap" className={classes.edge}>
      <AccountMenu />
      <Box flex={1} miw={0}>
        <Text fw={650} truncate component={Link} to="/" c="inherit" td="none" display="block">{config.data?.display_name ?? us}</Text>
        <Text size="xs" c="dimmed" truncate>{us}</Text>
      </Box>
      <SearchButton />
      <NotificationBell />
    </Group>
  );
}

function SideFooter() {
  const { me } = useSession();
  return (
    <Box component="nav" aria-label={texts.nav.main} p={6} className={classes.foot}>
      <NavLink component={RouterLink} to="/people" label={texts.nav.people} leftSection={<IconUsers size={18} />} className={classes.link} />
      {me.role === 'admin' && (
        <NavLink component={RouterLink} to="/admin/federation" label={texts.nav.federation} description={texts.nav.admin} leftSection={<IconWorld size={18} />} className={classes.link} />
      )}
    </Box>
  );
}

