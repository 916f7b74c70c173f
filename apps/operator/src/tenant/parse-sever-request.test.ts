import { parseDryRun, parseSever } from './parse-sever-request.js';

describe('the annotations that sever', () => {
  test.each(['partner.example@2027-01-31T12:00:00Z', 'partner.example@2027-01-31T12:00:00.123+01:00'])('%s names a server and a time', (value) => {
    expect(parseSever(value)).toEqual({ serverName: 'partner.example' });
  });

  test('a server_name may have a port', () => {
    expect(parseSever('partner.example:8448@2027-01-31T12:00:00Z')).toEqual({ serverName: 'partner.example:8448' });
  });

  test.each(['', 'partner.example', 'partner.example@', 'partner.example@tomorrow', 'partner.example@2027-01-31', 'partner.example@2027-13-31T12:00:00Z', 'x'.repeat(5_000)])('%j severs nothing and says what is wanted', (value) => {
    expect(parseSever(value)).toEqual({ problem: expect.stringMatching(/must be <serverName>@<time>.*Nothing was severed/s) });
  });

  test.each(['@2027-01-31T12:00:00Z', 'Partner.Example@2027-01-31T12:00:00Z', '10.0.0.1@2027-01-31T12:00:00Z', '*.example@2027-01-31T12:00:00Z'])('%s names no server', (value) => {
    expect(parseSever(value)).toEqual({ problem: expect.stringContaining('is not a server_name') });
  });

  test('a dry run needs no time, and takes one', () => {
    expect(parseDryRun('partner.example')).toEqual({ serverName: 'partner.example' });
    expect(parseDryRun('partner.example@2027-01-31T12:00:00Z')).toEqual({ serverName: 'partner.example' });
    expect(parseDryRun('every body')).toEqual({ problem: expect.stringContaining('Nothing was looked at') });
  });
});
