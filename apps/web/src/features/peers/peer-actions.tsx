import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconBan, IconDots, IconKey, IconPlayerPause, IconPlayerPlay, IconRefresh, IconPlus, IconShieldCheck, IconTrash, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import type { Peer } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { adminTexts } from '../../texts/en-admin.js';
import { AddPeerDialog } from './add-peer-dialog.js';
import { RemovePeerDialog } from './remove-peer-dialog.js';
import { usePeerAction, type PeerVerb } from './use-peers.js';

/** What is done at once, and what a dialog asks about first. */
type Dialog = 'block' | 'remove' | 'add';
type Verb = PeerVerb | Dialog;

interface Choice {
  verb: Verb;
  label: string;
  icon: Icon;
  isDangerous?: boolean;
}

/** What makes sense in the peer's present state. */
function choicesFor(peer: Peer): Choice[] {
  const { peers: t } = adminTexts;
  const isGone = peer.state === 'removed' || peer.state === 'removed_by_them';
  const isBlocked = peer.state === 'blocked';
  const isPaused = peer.state === 'paused';
  const isActive = !isGone && !isBlocked && !isPaused;
  const choices: (Choice | false)[] = [
    isActive && { verb: 'retry', label: t.retryNow, icon: IconRefresh },
    isActive && { verb: 'pause', label: t.pause, icon: IconPlayerPause },
    isPaused && { verb: 'resume', label: t.resume, icon: IconPlayerPlay },
    Boolean(peer.trust.fingerprint) && peer.trust.mode !== 'pinned' && { verb: 'pin', label: t.pin, icon: IconKey },
    isGone && { verb: 'add', label: t.addAgain, icon: IconPlus },
    isBlocked && { verb: 'unblock', label: t.unblock, icon: IconShieldCheck },
    (isActive || isPaused || peer.state === 'removed_by_them') && { verb: 'block', label: t.block, icon: IconBan, isDangerous: true },
    peer.state !== 'removed' && { verb: 'remove', label: t.remove, icon: IconTrash, isDangerous: true },
  ];
  return choices.filter((choice) => choice !== false);
}

function isDialog(verb: Verb): verb is Dialog {
  return verb === 'block' || verb === 'remove' || verb === 'add';
}

function usePeerChoices(peer: Peer) {
  const action = usePeerAction(peer.server_name);
  const [dialog, open] = useState<Dialog | null>(null);
  const close = () => open(null);
  const run = ({ verb }: Choice) => (isDialog(verb) ? open(verb) : action.mutate(verb));
  const asked = (
    <>
      {dialog === 'block' && <Confirm title={adminTexts.peers.blockSure(peer.server_name)} text={adminTexts.peers.blockText} action={adminTexts.peers.block} isBusy={action.isPending} onClose={close} onConfirm={() => action.mutate('block', { onSettled: close })} />}
      {dialog === 'remove' && <RemovePeerDialog serverName={peer.server_name} onClose={close} />}
      {dialog === 'add' && <AddPeerDialog serverName={peer.server_name} onClose={close} />}
    </>
  );
  return { choices: choicesFor(peer), run, asked, isBusy: action.isPending, busyVerb: action.variables };
}

export function PeerMenu({ peer }: { peer: Peer }) {
  const { choices, run, asked } = usePeerChoices(peer);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={adminTexts.peers.actions(peer.server_name)}><IconDots size={18} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map((choice) => <Menu.Item key={choice.verb} color={choice.isDangerous ? 'red' : undefined} leftSection={<choice.icon size={16} />} onClick={() => run(choice)}>{choice.label}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      {asked}
    </>
  );
}

export function PeerButtons({ peer }: { peer: Peer }) {
  const { choices, run, asked, isBusy, busyVerb } = usePeerChoices(peer);
  return (
    <Group gap="xs" role="group" aria-label={adminTexts.peers.actions(peer.server_name)}>
      {choices.map((choice) => (
        <Button key={choice.verb} size="xs" variant={choice.isDangerous ? 'light' : 'default'} color={choice.isDangerous ? 'red' : undefined} leftSection={<choice.icon size={16} />} loading={isBusy && busyVerb === choice.verb} onClick={() => run(choice)}>{choice.label}</Button>
      ))}
      {asked}
    </Group>
  );
}
