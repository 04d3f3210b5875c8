import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { readZip, unpackVsix } from '../../support/vsix.ts';

/** A zip archive with one deflated entry for each file; the local headers carry an extra field of their own. */
function zip(files: Record<string, string>, method = 8): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = method === 0 ? Buffer.from(content) : deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(Buffer.byteLength(content), 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.from(fields);
    local.writeUInt16LE(4, 24);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), local, name, Buffer.alloc(4), data]);
    const central = Buffer.concat([Buffer.from('PK\x01\x02\0\0', 'latin1'), fields, Buffer.alloc(14)]);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    parts.push(entry);
    offset += entry.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const manifest = JSON.stringify({ publisher: 'Acme', name: 'tool', version: '1.2.3' });

describe('reading a .vsix', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'docker-push-vsix-'))));
  after(() => rm(folder, { recursive: true }));

  const packaged = async (content: Buffer): Promise<string> => {
    const path = join(folder, 'some.vsix');
    await writeFile(path, content);
    return path;
  };

  it('reads deflated and stored entries', () => {
    for (const method of [0, 8]) {
      const files = readZip(zip({ 'a.txt': 'first', 'b/c.txt': 'second'.repeat(100) }, method));
      assert.deepEqual([...files.keys()], ['a.txt', 'b/c.txt']);
      assert.equal(String(files.get('a.txt')), 'first');
      assert.equal(String(files.get('b/c.txt')), 'second'.repeat(100));
    }
  });

  it('refuses what it cannot read', () => {
    assert.throws(() => readZip(Buffer.from('no zip at all')), /Not a zip archive/);
    assert.throws(() => readZip(zip({ 'a.txt': 'x' }, 14)), /packed by method 14/);
  });

  it('unpacks the extension alone, into a folder named as the editor names it', async () => {
    const vsix = await packaged(
      zip({ 'extension.vsixmanifest': '<x/>', 'extension/package.json': manifest, 'extension/dist/x.cjs': '1' }),
    );
    const unpacked = await unpackVsix(vsix, join(folder, 'extensions'));
    assert.equal(unpacked, join(folder, 'extensions', 'acme.tool-1.2.3'));
    assert.deepEqual((await readdir(unpacked)).sort(), ['dist', 'package.json']);
    assert.equal(await readFile(join(unpacked, 'dist/x.cjs'), 'utf8'), '1');
  });

  it('writes nothing outside that folder', async () => {
    const vsix = await packaged(zip({ 'extension/package.json': manifest, 'extension/../../outside.txt': 'x' }));
    await assert.rejects(unpackVsix(vsix, join(folder, 'hostile')), /outside its folder/);
  });
});
