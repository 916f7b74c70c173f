import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

interface SideDrawerProps {
  label: string;
  isOpen?: boolean;
  width: number;
  onClose: () => void;
  children: ReactNode;
}

/** What stands beside the messages on a wide screen lies over them on a narrow one. */
export default function SideDrawer({ label, isOpen = true, width, onClose, children }: SideDrawerProps) {
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size={`min(${width}px, 100%)`} withCloseButton={false} padding={0} styles={{ body: { height: '100%' } }} attributes={{ content: { 'aria-label': label } }}>
      {children}
    </Drawer>
  );
}
