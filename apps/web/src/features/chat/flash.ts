/** Brings a message into view and marks it for a moment. */
export function flash(eventId: string): void {
  const element = document.getElementById(`event-${eventId}`);
  element?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  element?.setAttribute('data-target', '');
  setTimeout(() => element?.removeAttribute('data-target'), 2_500);
}
