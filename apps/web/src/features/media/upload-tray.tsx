import { ActionIcon, Box, Button, Group, Paper, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCheck, IconFile, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { api, dataOf, problemFrom } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { ApiProblem, EventContent, Media } from '../../api/types.js';
import { texts } from '../../texts/en.js';
import { mediaTexts } from '../../texts/en-media.js';
import { mediaProblemText, sizeText } from './media-facts.js';
import { uploadFile } from './upload-file.js';
import type { ChosenFile } from './use-files.js';

interface UploadTrayProps {
  files: ChosenFile[];
  onAttached: (key: string, media: EventContent) => void;
  onRemove: (key: string) => void;
}

/** The files that go with the message: how far each has come, and why one cannot go. */
export default function UploadTray({ files, onAttached, onRemove }: UploadTrayProps) {
  return (
    <Box component="ul" className="sw-list" aria-label={mediaTexts.uploads} mb={6} mah={240} style={{ overflowY: 'auto' }}>
      {files.map((chosen) => <li key={chosen.key}><UploadRow chosen={chosen} onAttached={onAttached} onRemove={onRemove} /></li>)}
    </Box>
  );
}

function contentOf({ media_id, thumbnail_id, file_name, mime_type, size, width, height }: Media): EventContent {
  return { msgtype: 'swp.media', media_id, name: file_name, mime_type, size, ...(thumbnail_id && { thumbnail_id }), ...(width && height && { width, height }) };
}

type Upload = { state: 'uploading'; part: number } | { state: 'done' } | { state: 'failed'; problem: ApiProblem };

/** Begins by itself; ends with its row. */
function useUpload({ key, file }: ChosenFile, onAttached: UploadTrayProps['onAttached']): [Upload, () => void] {
  const [upload, setUpload] = useState<Upload>({ state: 'uploading', part: 0 });
  const [attempt, setAttempt] = useState(0);
  const limits = useQuery({ queryKey: keys.mediaLimits, queryFn: ({ signal }) => dataOf(api.GET('/v1/media/limits', { signal })), staleTime: 60_000, retry: false });
  const maxBytes = limits.data?.max_bytes;
  const isKnown = !limits.isPending;
  useEffect(() => {
    if (!isKnown) return undefined;
    if (maxBytes !== undefined && file.size > maxBytes) {
      setUpload({ state: 'failed', problem: { code: 'SW_CONTENT_TOO_LARGE', limitBytes: maxBytes } });
      return undefined;
    }
    const stopping = new AbortController();
    setUpload({ state: 'uploading', part: 0 });
    uploadFile(file, { signal: stopping.signal, onProgress: (part) => setUpload({ state: 'uploading', part }) }).then(
      (media) => {
        setUpload({ state: 'done' });
        onAttached(key, contentOf(media));
      },
      (error: unknown) => stopping.signal.aborted || setUpload({ state: 'failed', problem: problemFrom(error) }),
    );
    return () => stopping.abort();
  }, [file, key, attempt, maxBytes, isKnown, onAttached]);
  return [upload, () => setAttempt((before) => before + 1)];
}

function UploadRow({ chosen, onAttached, onRemove }: { chosen: ChosenFile } & Pick<UploadTrayProps, 'onAttached' | 'onRemove'>) {
  const { file, key } = chosen;
  const [upload, retry] = useUpload(chosen, onAttached);
  const canRetry = upload.state === 'failed' && upload.problem.code !== 'SW_CONTENT_TOO_LARGE';
  const removeLabel = upload.state === 'uploading' ? mediaTexts.cancel(file.name) : mediaTexts.remove(file.name);
  return (
    <Paper withBorder p={6} mb={4} radius="md">
      <Group gap="xs" wrap="nowrap">
        <Preview file={file} />
        <Box flex={1} miw={0}>
          <Text size="sm" truncate>{file.name} <Text span size="xs" c="dimmed">{sizeText(file.size)}</Text></Text>
          {upload.state === 'uploading' && <Progress.Root size="sm" mt={4}><Progress.Section value={Math.round(upload.part * 100)} aria-label={mediaTexts.uploading(file.name)} /></Progress.Root>}
          {upload.state === 'done' && <Group gap={4}><IconCheck size={14} /><Text size="xs" c="dimmed" role="status">{mediaTexts.ready}</Text></Group>}
          {upload.state === 'failed' && (
            <Group gap={4} wrap="nowrap" align="flex-start" role="alert">
              <IconAlertTriangle size={14} color="var(--mantine-color-error)" style={{ flex: 'none', marginTop: 2 }} />
              <Text size="xs">{mediaProblemText(upload.problem, null)}</Text>
            </Group>
          )}
        </Box>
        {canRetry && <Button size="compact-xs" variant="light" onClick={retry}>{texts.app.retry}</Button>}
        <ActionIcon size="lg" aria-label={removeLabel} title={removeLabel} onClick={() => onRemove(key)}><IconX size={18} /></ActionIcon>
      </Group>
    </Paper>
  );
}

function Preview({ file }: { file: File }) {
  const address = useMemo(() => (/^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => {
    if (address) URL.revokeObjectURL(address);
  }, [address]);
  return address ? <img src={address} alt="" width={40} height={40} style={{ borderRadius: 4, objectFit: 'cover', flex: 'none' }} /> : <IconFile size={28} />;
}
