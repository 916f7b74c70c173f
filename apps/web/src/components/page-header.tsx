import { ActionIcon, Box, Group } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts/en.js';

/** The bar at the top of every page; on a narrow screen with the way back to the rooms. */
export function PageHeader({ children }: { children: ReactNode }) {
  return (
    <Group component="header" h={60} px="sm" gap="sm" wrap="nowrap" flex="none" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Box hiddenFrom="sm">
        <ActionIcon component={Link} to="/" size="lg" aria-label={texts.app.back}><IconArrowLeft size={20} /></ActionIcon>
      </Box>
      {children}
    </Group>
  );
}
