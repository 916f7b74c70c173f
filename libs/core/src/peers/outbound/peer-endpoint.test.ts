import { parseServerName } from '@scaiwave/protocol';
import { buildPeerEndpoint } from './peer-endpoint.js';
import { AddressRefused, resolveAddress } from './resolve-address.js';

const nothing = { endpointUrl: null, isPrivate: false, caCertificate: null };
const build = (name: string, settings: Partial<{ endpointUrl: string | null; isPrivate: boolean; caCertificate: string | null }> = {}, allowsLocalhost = true) => {
  const built = buildPeerEndpoint(parseServerName(name), { ...nothing, ...settings }, allowsLocalhost);
  return built.ok ? built.endpoint : built.reason;
};

describe('buildPeerEndpoint', () => {
  it.each([
    ['chat.example', {}, true, { origin: 'https://chat.example', isLoopbackName: false, allowsInternal: false }],
    ['chat.example:8443', {}, true, { origin: 'https://chat.example:8443' }],
    ['beta.localhost:9999', {}, true, { origin: 'http://beta.localhost:9999', isLoopbackName: true }],
    ['beta.test', {}, true, { origin: 'http://beta.test', isLoopbackName: true }],
    ['beta.localhost', {}, false, { origin: 'https://beta.localhost', isLoopbackName: false }],
    ['localhost.example', {}, true, { origin: 'https://localhost.example', isLoopbackName: false }],
    ['initech.localhost', { endpointUrl: 'http://initech.localhost:8020' }, true, { origin: 'http://initech.localhost:8020', serverName: 'initech.localhost' }],
    ['chat.example', { endpointUrl: 'https://10.0.0.5:8443/', isPrivate: true }, true, { origin: 'https://10.0.0.5:8443', hostname: '10.0.0.5', allowsInternal: true }],
    ['chat.example', { endpointUrl: 'https://[fd12::1]', isPrivate: true }, true, { hostname: 'fd12::1' }],
  ])('%s %j', (name, settings, allowsLocalhost, expected) => {
    expect(build(name, settings, allowsLocalhost)).toMatchObject(expected);
  });

  it('believes nobody while the authority that was named cannot be read', () => {
    expect(build('chat.example', { caCertificate: '' })).toContain('cannot be read');
    expect(build('chat.example', { caCertificate: 'PEM' })).toMatchObject({ caCertificate: 'PEM' });
  });

  it('takes no address but http and https', () => {
    expect(build('chat.example', { endpointUrl: 'file:///etc/passwd' })).toContain('no http');
  });
});

describe('resolveAddress', () => {
  const resolve = (settings: { endpointUrl: string; isPrivate?: boolean }) => {
    const built = buildPeerEndpoint(parseServerName('chat.example'), { ...nothing, ...settings }, false);
    if (!built.ok) throw new Error(built.reason);
    return resolveAddress(built.endpoint);
  };

  it.each(['http://127.0.0.1', 'http://10.0.0.5', 'http://169.254.169.254', 'http://[::1]', 'http://[::ffff:8.8.8.8]', 'http://0.0.0.0', 'http://0x7f000001', 'http://2130706433'])(
    'refuses %s for a peer that nobody declared private',
    async (endpointUrl) => {
      await expect(resolve({ endpointUrl })).rejects.toBeInstanceOf(AddressRefused);
    },
  );

  it('takes a private address of a peer that was declared private, and metadata never', async () => {
    await expect(resolve({ endpointUrl: 'http://10.0.0.5', isPrivate: true })).resolves.toEqual([{ address: '10.0.0.5', family: 4 }]);
    await expect(resolve({ endpointUrl: 'http://169.254.169.254', isPrivate: true })).rejects.toBeInstanceOf(AddressRefused);
  });

  it('refuses a name that resolves to the loopback', async () => {
    await expect(resolve({ endpointUrl: 'http://localhost' })).rejects.toBeInstanceOf(AddressRefused);
  });

  it('takes loopback names without asking DNS, where they are allowed', async () => {
    const built = buildPeerEndpoint(parseServerName('beta.localhost:9999'), nothing, true);
    expect(built.ok && (await resolveAddress(built.endpoint)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
  });
});
