// The commands and settings of the extension against the real server.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CodeActionRequest, HoverRequest, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { askLibvirt, pageOf, rulesIn, rulesOf, safeFixes } from '../requests';
import { Session } from './session';
import { BLANK, GOOD, PTY } from './texts';

function codes(diagnostics: readonly Diagnostic[]): unknown[] {
  return diagnostics.map(({ code }) => code);
}

describe('a session', () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
  });

  after(async () => {
    assert.equal(await session.end(), 0);
    assert.deepEqual(session.shown, []);
  });

  it('offers what the commands use', () => {
    const { codeActionProvider, executeCommandProvider } = session.result.capabilities;
    assert.ok(typeof codeActionProvider === 'object');
    assert.ok(codeActionProvider.codeActionKinds?.includes('source.fixAll.chanfix'));
    assert.deepEqual([...(executeCommandProvider?.commands ?? [])].sort(), [
      'chanfix.lsp.askLibvirt',
      'chanfix.lsp.explain',
      'chanfix.lsp.rules',
    ]);
  });

  it('shows a finding, explains it and fixes it', async () => {
    const uri = session.uri('one.xml');
    const diagnostics = await session.open(uri, PTY);
    assert.deepEqual(rulesIn(diagnostics), ['agent-not-unix']);
    const [diagnostic] = diagnostics;
    assert.ok(diagnostic);
    const textDocument = { uri };
    const hover = await session.connection.sendRequest(HoverRequest.type, {
      textDocument,
      position: diagnostic.range.start,
    });
    assert.match(JSON.stringify(hover?.contents), /Why it matters/);
    const actions = await session.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: diagnostic.range,
      context: { diagnostics },
    });
    const [action] = actions ?? [];
    assert.ok(action && 'edit' in action);
    const document = TextDocument.create(uri, 'xml', 1, PTY);
    const fixed = TextDocument.applyEdits(document, action.edit?.changes?.[uri] ?? []);
    assert.equal(fixed, GOOD);
    assert.deepEqual(await session.change(uri, fixed, 2), []);
  });

  it('makes all safe fixes and no other', async () => {
    const text = BLANK.replace("'unix'", "'pty'");
    const uri = session.uri('two.xml');
    await session.open(uri, text);
    const document = TextDocument.create(uri, 'xml', 1, text);
    const fixed = TextDocument.applyEdits(document, await safeFixes(session.connection, uri));
    assert.equal(fixed, PTY);
    assert.deepEqual(codes(await session.change(uri, fixed, 2)), ['agent-not-unix']);
    assert.deepEqual(await safeFixes(session.connection, uri), []);
  });

  it('fixes a domain in a Markdown page', async () => {
    const around = (domain: string): string => `# Größe 😀\n\n\`\`\`xml\n${domain}\`\`\`\n`;
    const uri = session.uri('guide.md');
    assert.deepEqual(codes(await session.open(uri, around(BLANK), 'markdown')), ['agent-name-whitespace']);
    const document = TextDocument.create(uri, 'markdown', 1, around(BLANK));
    const fixed = TextDocument.applyEdits(document, await safeFixes(session.connection, uri));
    assert.equal(fixed, around(GOOD));
  });

  it('fixes nothing in a text that is not open', async () => {
    assert.deepEqual(await safeFixes(session.connection, session.uri('closed.xml')), []);
  });

  it('has a page for each rule', async () => {
    const rules = await rulesOf(session.connection);
    assert.ok(rules.length > 100);
    const rule = rules.find(({ name }) => name === 'agent-not-unix');
    assert.equal(rule?.family, 'agent');
    assert.match((await pageOf(session.connection, 'agent-not-unix')) ?? '', /^# agent-not-unix\n/);
  });

  it('shows that there is no such rule', async () => {
    assert.equal(await pageOf(session.connection, 'agent-not-unx'), undefined);
    assert.match(await session.message(), /did you mean 'agent-not-unix'/);
  });

  it('shows why libvirt is not asked about a text that is not open', async () => {
    await askLibvirt(session.connection, session.uri('closed.xml'));
    assert.match(await session.message(), /the text is not open/);
  });
});

describe('settings', () => {
  it('bring a target and a profile to the server', async () => {
    const session = await Session.start({ target: ['bookworm'], profile: 'strict' });
    const uri = session.uri();
    await session.write('chanfix.toml', "profile = 'channel'\ntarget = ['trixie']\n");
    const machine = "<os><type arch='x86_64' machine='pc-i440fx-9.0'>hvm</type></os>";
    const found = codes(await session.open(uri, GOOD.replace('</name>', `</name>${machine}`)));
    assert.ok(found.includes('machine-removed'), String(found));
    assert.equal(await session.end(), 0);
    assert.deepEqual(session.shown, []);
  });

  it('that the server does not know are shown', async () => {
    const session = await Session.start({ target: ['bokworm'] });
    assert.match(await session.message(), /did you mean 'bookworm'/);
    assert.equal(await session.end(), 0);
  });
});
