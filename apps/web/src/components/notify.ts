import { notifications } from '@mantine/notifications';
import { ApiError, problemFrom } from '../api/client.js';
import { texts } from '../texts/en.js';
import { errorSentence } from '../texts/errors.js';

const closeButtonProps = { 'aria-label': texts.app.close };

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 5_000, closeButtonProps });
}

/** For actions without a place of their own for a refusal. */
export function notifyProblem(error: unknown): void {
  const problem = problemFrom(error);
  const message = error instanceof ApiError ? error.message : errorSentence(problem.code);
  notifications.show({ message, title: problem.code, color: 'red', autoClose: 10_000, closeButtonProps });
}
