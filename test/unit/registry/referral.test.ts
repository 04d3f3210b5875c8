import assert from 'node:assert/strict';
import { protocolFault, realmFault } from '../../../src/registry/referral.ts';

const fault = (realm: string, registry: string): string | undefined => realmFault(new URL(realm), new URL(registry));

describe('the token server to which a registry refers', () => {
  it('may be any public host on HTTPS', () => {
    for (const realm of [
      'https://auth.docker.io/token',
      'https://203.0.113.7/t',
      'https://[2606:4700::1]/t',
      'https://auth.example:8443/t',
    ])
      assert.equal(fault(realm, 'https://registry-1.docker.io'), undefined, realm);
  });

  it('is never left for plain HTTP, unless the registry itself is on it', () => {
    assert.match(fault('http://auth.example/t', 'https://r.example') ?? '', /not on HTTPS/u);
    assert.equal(fault('http://auth.example/t', 'http://r.example'), undefined);
    for (const realm of ['ftp://auth.example/t', 'file:///etc/passwd', 'data:,x', 'javascript:1'])
      assert.match(fault(realm, 'http://r.example') ?? '', /not on HTTPS/u, realm);
  });

  it('is at no private address, however that is written', () => {
    const hosts = [
      ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
      ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '10.1', '169.254.43518'],
      ...['[::1]', '[::]', '[fe80::1]', '[fd00:ec2::254]', '[::ffff:10.0.0.1]', '[::ffff:a9fe:a9fe]', '[ff02::1]'],
      ...['localhost', 'a.localhost', 'LOCALHOST'],
    ];
    for (const host of hosts) assert.notEqual(fault(`https://${host}/t`, 'https://r.example'), undefined, host);
  });

  it('may be where the registry is, on any port', () => {
    assert.equal(fault('https://10.0.0.5:8443/t', 'https://10.0.0.5:5000'), undefined);
    assert.equal(fault('https://[fd00::1]/t', 'https://[fd00::1]:5000'), undefined);
    assert.match(fault('https://10.0.0.6/t', 'https://10.0.0.5') ?? '', /private/u);
  });

  it('may be on this machine if the registry is', () => {
    assert.equal(fault('http://127.0.0.1:5001/t', 'http://localhost:5000'), undefined);
    assert.equal(fault('http://localhost:5001/t', 'http://[::1]:5000'), undefined);
    assert.match(fault('https://localhost/t', 'https://r.example') ?? '', /this machine/u);
  });
});

describe('a redirect', () => {
  it('leads to HTTPS, or from plain HTTP to plain HTTP', () => {
    const registry = new URL('https://r.example');
    assert.equal(protocolFault(new URL('https://cdn.example/x'), registry), undefined);
    assert.equal(protocolFault(new URL('http://cdn.example/x'), new URL('http://r.example')), undefined);
    assert.match(protocolFault(new URL('http://r.example/x'), registry) ?? '', /HTTPS/u);
    assert.match(protocolFault(new URL('file:///x'), registry) ?? '', /HTTPS/u);
  });
});
