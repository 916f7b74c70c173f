import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts/en.js';
import { ErrorProblem } from './problem.js';

export interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  /** what more is asked */
  children?: ReactNode;
  isBusy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be taken back; shows why it was refused. */
export function ConfirmDialog({ title, text, action, children, isBusy, error, onConfirm, onClose }: ConfirmProps) {
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <Text size="sm">{text}</Text>
        {children}
        {error ? <ErrorProblem error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
          <Button color="red" loading={isBusy} onClick={onConfirm} data-autofocus>{action}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
