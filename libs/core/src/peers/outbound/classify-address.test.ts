import { classifyAddress } from './classify-address.js';

describe('classifyAddress', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['10.1.2.3', 'internal'],
    ['172.16.0.1', 'internal'],
    ['192.168.1.1', 'internal'],
    ['127.0.0.1', 'internal'],
    ['127.255.255.254', 'internal'],
    ['100.64.0.1', 'internal'],
    ['169.254.1.1', 'internal'],
    ['::1', 'internal'],
    ['fe80::1', 'internal'],
    ['fd12::1', 'internal'],
    ['fec0::1', 'internal'],
    ['::ffff:8.8.8.8', 'internal'],
    ['::ffff:127.0.0.1', 'internal'],
    ['::127.0.0.1', 'internal'],
    ['64:ff9b::10.0.0.1', 'internal'],
    ['64:ff9b::8.8.8.8', 'internal'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['64:ff9b::169.254.169.254', 'never'],
    ['168.63.129.16', 'never'],
    ['fd00:ec2::254', 'never'],
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['::', 'never'],
    ['224.0.0.1', 'never'],
    ['ff02::1', 'never'],
    ['240.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['192.0.2.1', 'never'],
    ['2001:db8::1', 'never'],
    ['2002:7f00:1::', 'never'],
    ['4000::1', 'never'],
    ['not an address', 'never'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});
