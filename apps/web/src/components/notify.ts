import type { NotificationData } from '@mantine/notifications';
import { ApiError, problemFrom } from '../api/client.js';
import { texts } from '../texts/en.js';
import { errorSentence } from '../texts/errors.js';

const closeButtonProps = { 'aria-label': texts.app.close };

/** Most visits need no such message: what shows them comes with the first one. */
let isNeeded = false;
const listeners = new Set<() => void>();
export const notices = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  areNeeded: () => isNeeded,
};

function show(notice: NotificationData): void {
  isNeeded = true;
  for (const listener of listeners) listener();
  void import('@mantine/notifications').then(({ notifications }) => notifications.show({ ...notice, closeButtonProps }));
}

export function notifyDone(message: string): void {
  show({ message, color: 'teal', autoClose: 5_000 });
}

/** For actions without a place of their own for a refusal. */
export function notifyProblem(error: unknown): void {
  const problem = problemFrom(error);
  const message = error instanceof ApiError ? error.message : errorSentence(problem.code);
  show({ message, title: problem.code, color: 'red', autoClose: 10_000 });
}
