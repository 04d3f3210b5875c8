import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  /** Both in PEM. */
  readonly key: string;
  readonly cert: string;
}

/**
 * Makes a certificate that signs itself, for these names and IPv4 addresses, valid for the days around now or, with
 * `expired`, for those long past. Written out as DER (https://www.rfc-editor.org/rfc/rfc5280#section-4.1), so that the
 * tests need no other program for it.
 */
export function selfSigned(hosts: readonly string[], { expired = false } = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const day = 86_400_000;
  const start = Date.now() - (expired ? 1_000 : 2) * day;
  const name = sequence(der(0x31, sequence(oid.commonName, der(0x0c, Buffer.from(hosts[0]!)))));
  const hostNames = hosts.map((host) =>
    isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  const isAuthority = sequence(der(0x01, Buffer.of(0xff)));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    // The serial number: the leading 1 keeps it positive.
    der(0x02, Buffer.of(1), randomBytes(8)),
    sequence(oid.ecdsaWithSha256),
    name,
    sequence(time(start), time(start + 4 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(oid.subjectAltName, der(0x04, sequence(...hostNames))),
        sequence(oid.basicConstraints, der(0x01, Buffer.of(0xff)), der(0x04, isAuthority)),
      ),
    ),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const bytes = sequence(content, sequence(oid.ecdsaWithSha256), signature);
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/gu, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

const oid = {
  ecdsaWithSha256: der(0x06, Buffer.from('2a8648ce3d040302', 'hex')),
  commonName: der(0x06, Buffer.from('550403', 'hex')),
  subjectAltName: der(0x06, Buffer.from('551d11', 'hex')),
  basicConstraints: der(0x06, Buffer.from('551d13', 'hex')),
};

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** UTCTime: the years 1950 to 2049, of two digits. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]/gu, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
