import { Badge, Text, Tooltip } from '@mantine/core';
import type { Peer, PeerState } from '../../api/types.js';
import { Ago } from '../../components/times.js';
import { errorSentence } from '../../texts/errors.js';
import { adminTexts } from '../../texts/en-admin.js';

const COLORS: Record<PeerState, string> = { ok: 'teal', retrying: 'yellow', down: 'red', paused: 'blue', blocked: 'red', removed: 'gray', removed_by_them: 'gray', refused: 'orange', unknown: 'gray' };

export function PeerStateBadge({ state }: { state: PeerState }) {
  return (
    <Tooltip label={adminTexts.peers.stateHints[state]} multiline maw={280}>
      <Badge variant="light" color={COLORS[state]} tt="none" miw="max-content">{adminTexts.peers.states[state]}</Badge>
    </Tooltip>
  );
}

/** Nothing is exchanged with it until an administrator has looked at the key. */
export function NewKeyBadge({ peer }: { peer: Peer }) {
  if (!peer.trust.key_changed_at) return null;
  return <Badge variant="light" color="red" tt="none" miw="max-content">{adminTexts.peers.newKey}</Badge>;
}

/** Text, code and time of what last went wrong. */
export function LastError({ peer }: { peer: Peer }) {
  const error = peer.last_error;
  if (!error) return <Text size="sm" c="dimmed">{adminTexts.peers.none}</Text>;
  return (
    <>
      <Text size="sm" lineClamp={3} className="sw-break">{error.message || errorSentence(error.code)}</Text>
      <Text size="xs" c="dimmed"><span className="sw-break">{error.code}</span> · <Ago at={error.at} never="" /></Text>
    </>
  );
}

export function TrustText({ peer }: { peer: Peer }) {
  if (!peer.trust) return <Text size="sm" c="dimmed">{adminTexts.peers.none}</Text>;
  const { mode, fingerprint } = peer.trust;
  return (
    <>
      <Text size="sm">{adminTexts.peers.trustModes[mode] ?? mode}</Text>
      {fingerprint && <Tooltip label={fingerprint}><Text size="xs" c="dimmed" ff="monospace" truncate maw={130}>{fingerprint}</Text></Tooltip>}
    </>
  );
}
