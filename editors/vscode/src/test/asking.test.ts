// What the installed libvirt says. CHANFIX_LIBVIRT=yes says that there is one to ask.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askLibvirt, rulesIn } from '../requests';
import { Session } from './session';
import { LOST } from './texts';

const DROPS = 'libvirt-drops';

describe('libvirt', { skip: process.env['CHANFIX_LIBVIRT'] === 'yes' ? false : 'no libvirt to ask' }, () => {
  it('is asked by the command alone, unless a setting says more', async () => {
    const session = await Session.start();
    const uri = session.uri();
    assert.ok(!rulesIn(await session.open(uri, LOST)).includes(DROPS));
    await askLibvirt(session.connection, uri);
    assert.ok(rulesIn(await session.diagnostics(uri, 1)).includes(DROPS));
    assert.match(await session.message(), /^libvirt \S+ with QEMU \S+: 1 finding$/);
    assert.ok(!rulesIn(await session.save(uri)).includes(DROPS));
    assert.equal(await session.end(), 0);
  });

  it('is asked about what is saved if the setting says so', async () => {
    const session = await Session.start({ askLibvirt: true });
    const uri = session.uri();
    await session.open(uri, LOST);
    assert.ok(rulesIn(await session.save(uri)).includes(DROPS));
    assert.equal(await session.end(), 0);
    assert.deepEqual(session.shown, []);
  });

  it('is not asked in a workspace that is not trusted', async () => {
    const session = await Session.start({ askLibvirt: true }, false);
    const uri = session.uri();
    await session.open(uri, LOST);
    assert.ok(!rulesIn(await session.save(uri)).includes(DROPS));
    assert.equal(await session.end(), 0);
  });
});
