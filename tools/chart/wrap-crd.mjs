// A CRD of /crds as a template of the chart: made only with crds.enabled, kept at an uninstall with crds.keep.

/** @param {string} text the CRD file; not parsed, so that nothing of it can change on its way */
export function wrapCrd(text) {
  const metadata = /^metadata:\n {2}name: .+\n/m.exec(text);
  if (metadata === null || /^ {2}annotations:/m.test(text)) throw new Error('A CRD begins with metadata that has a name and nothing else.');
  if (text.includes('{{')) throw new Error('A CRD with {{ in it would be read as a template.');
  const end = metadata.index + metadata[0].length;
  const keep = '  {{- if .Values.crds.keep }}\n  annotations:\n    helm.sh/resource-policy: keep\n  {{- end }}\n';
  return `{{- /* Made by \`make gen\` from /crds. */ -}}\n{{- if .Values.crds.enabled }}\n${text.slice(0, end)}${keep}${text.slice(end).trimEnd()}\n{{- end }}\n`;
}
