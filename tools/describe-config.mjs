// docs/operating/configuration.md, from the descriptions in libs/config.
const APPS = [
  ['API', 'apiFields'],
  ['Worker', 'workerFields'],
  ['Operator', 'operatorFields'],
  ['Command line (`scaiwave up`, `scaiwave demo`, `scaiwave migrate`)', 'cliFields'],
];

export function describeConfig(config) {
  const sections = APPS.map(([title, fields]) => `## ${title}\n\n| setting | default | meaning |\n|---|---|---|\n${Object.entries(config[fields]).map(row).join('\n')}\n`);
  return `# Settings\n\nAll settings are environment variables, read once at the start; a change needs a restart. An empty value counts as unset.\nA process that is not content with them says every problem at once and ends with 1. (This page is made by \`make gen\`.)\n\n${sections.join('\n')}`;
}

function row([name, field]) {
  return `| \`${name}\` | ${defaultOf(field)} | ${field.description} |`;
}

function defaultOf(field) {
  if (field.def.type === 'default') return `\`${field.def.defaultValue === false ? 0 : field.def.defaultValue}\``;
  return field.def.type === 'optional' ? 'unset' : 'required';
}
