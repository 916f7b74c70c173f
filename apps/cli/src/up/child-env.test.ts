import { parseApiConfig, parseWorkerConfig } from '@scaiwave/config';
import { buildApiEnv, buildWorkerEnv, type Backends, type CommonSettings } from './child-env.js';

const backends: Backends = { databaseUrl: 'postgresql://app:x@127.0.0.1:1/d', databaseFleetUrl: 'postgresql://fleet:x@127.0.0.1:1/d', redisUrl: 'redis://127.0.0.1:2', redisPrefix: 'one' };
const common: CommonSettings = { logLevel: 'info', allowsLocalhostPeers: true, isTestMode: false, clockOffsetFile: null, extraCaFile: null };
const api = { host: '127.0.0.1', port: 8080, healthPort: 9, publicScheme: 'http', webDist: '/web', egress: ['localhost:8082'], provider: null } as const;

describe('the environment of the children', () => {
  it('tells the API nothing of the keyring', () => {
    const env = buildApiEnv(backends, common, { ...api, egress: [...api.egress] });
    expect(JSON.stringify(env)).not.toMatch(/key|passphrase/i);
  });

  it('is one that the API itself accepts, and forbids it every connection but its backends and what is named', () => {
    const { config } = parseApiConfig(buildApiEnv(backends, common, { ...api, egress: ['localhost:8082'] }));
    expect(config).toMatchObject({ httpPort: 8080, redisPrefix: 'one', publicScheme: 'http', allowsLocalhostPeers: true, healthPort: 9, webDist: '/web' });
    expect(config.egressAllowed).toEqual(['127.0.0.1:1', '127.0.0.1:1', '127.0.0.1:2', 'localhost:8082']);
    expect(parseApiConfig(buildApiEnv(backends, common, { ...api, egress: [] })).config.egressAllowed).toEqual(['127.0.0.1:1', '127.0.0.1:1', '127.0.0.1:2']);
    expect(parseApiConfig(buildApiEnv(backends, common, { ...api, egress: null })).config.egressAllowed).toBeUndefined();
    const provider = { host: 'fleet.example', issuer: 'https://id.example', clientId: 'fleet', secretFile: '/run/secret', roles: ['ops', 'on-call'] };
    expect(parseApiConfig(buildApiEnv(backends, common, { ...api, egress: null, provider })).config.provider).toEqual(provider);
  });

  it('is one that the worker itself accepts, with the keyring and a moved clock', () => {
    const env = buildWorkerEnv(backends, { ...common, isTestMode: true, clockOffsetFile: '/c' }, { healthPort: 9, keyringDir: '/k', passphraseFile: '/p' });
    expect(parseWorkerConfig(env).config).toMatchObject({ keyringDir: '/k', keyringPassphraseFile: '/p', clockOffsetFile: '/c', isTestMode: true, pool: 'shared' });
  });
});
