/** Sent when it is known what has become of an invitation: the call that asked another server for it may be waiting. */
export function invitationSignal(invitationId: string): string {
  return `invitation/${invitationId}`;
}
