// What needs no server: settings, languages, and the rules of diagnostics.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { languagesOf, mayHoldDomain } from '../documents';
import { rulesIn } from '../requests';
import { initializationOptionsOf, programOf, readSettings, type Settings } from '../settings';

interface Manifest {
  activationEvents: string[];
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
}

const MANIFEST = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as Manifest;

function settings(values: Record<string, unknown>): Settings {
  return readSettings((name) => values[name]);
}

describe('the program', () => {
  it('is chanfix by default, as the manifest says', () => {
    const defaults = MANIFEST.contributes.configuration.properties;
    const read = readSettings((name) => defaults[`chanfix.${name}`]?.default);
    assert.deepEqual(read, { path: 'chanfix', target: [], profile: '', askLibvirt: false });
    assert.deepEqual(read, settings({}));
    assert.deepEqual(programOf(read), { command: 'chanfix', args: ['lsp', '--stdio'] });
  });

  it('may have blanks in its path and be below home', () => {
    assert.equal(programOf(settings({ path: ' /opt/my tools/chanfix ' })).command, '/opt/my tools/chanfix');
    assert.equal(programOf(settings({ path: '~/.local/bin/chanfix' })).command, `${homedir()}/.local/bin/chanfix`);
  });
});

describe('settings', () => {
  it('of a wrong type count as not set', () => {
    const read = settings({ path: 1, target: ['bookworm', 2], profile: {}, askLibvirt: 'true' });
    assert.deepEqual(read, { path: 'chanfix', target: ['bookworm'], profile: '', askLibvirt: false });
    assert.deepEqual(settings({ target: 'bookworm' }).target, []);
  });

  it('ask libvirt in a trusted workspace alone', () => {
    const asking = settings({ askLibvirt: true });
    assert.equal(initializationOptionsOf(asking, true).askLibvirt, true);
    assert.equal(initializationOptionsOf(asking, false).askLibvirt, false);
  });
});

describe('a document', () => {
  it('is sent in the languages of the manifest', () => {
    assert.deepEqual(languagesOf(['onLanguage:xml', 'onCommand:x', 'onLanguage:nix']), ['xml', 'nix']);
    assert.ok(languagesOf(MANIFEST.activationEvents).includes('xml'));
  });

  it('brings up the server if it may hold a part of a domain', () => {
    const holding = ["<domain type='kvm'>", 'x = """<channel', '"\\u003cdomain type', '<DOMAIN'];
    assert.deepEqual(holding.filter(mayHoldDomain), holding);
    assert.deepEqual(['', '<project>', 'domain', '< domain', 'print(1)'].filter(mayHoldDomain), []);
  });
});

describe('the rules of diagnostics', () => {
  it('are those of chanfix, each once, with and without a page on the web', () => {
    const found = [
      { source: 'chanfix', code: 'agent-missing' },
      { source: 'xml', code: 'other' },
      { source: 'chanfix', code: { value: 'agent-missing', target: 'https://example.org' } },
      { source: 'chanfix', code: { value: 'path-too-long' } },
      { source: 'chanfix' },
      { source: 'chanfix', code: 7 },
    ];
    assert.deepEqual(rulesIn(found), ['agent-missing', 'path-too-long']);
  });
});
