import { lazy } from 'react';
import type { ConfirmProps } from './confirm-dialog.js';
import { WhenLoaded } from './when-loaded.js';

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog.js')).ConfirmDialog }));

/** Asks before what cannot be taken back; shows why it was refused. */
export function Confirm(props: ConfirmProps) {
  return <WhenLoaded><ConfirmDialog {...props} /></WhenLoaded>;
}
