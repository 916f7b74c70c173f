import { Code } from '@mantine/core';

/** Free-form details of a log line, readable and copyable; nothing where there are none. */
export function DetailsText({ label, details }: { label: string; details: Record<string, unknown> }) {
  if (Object.keys(details).length === 0) return null;
  return (
    <details>
      <summary style={{ cursor: 'pointer' }}>{label}</summary>
      <Code block mt={4} fz="xs" style={{ whiteSpace: 'pre-wrap' }} className="sw-break" tabIndex={0}>{JSON.stringify(details, null, 2)}</Code>
    </details>
  );
}
