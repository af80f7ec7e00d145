// The extension: which of the editor's events and commands lead to what.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { askLibvirt, pageOf, rulesIn, rulesOf, safeFixes } from './requests';
import { Server } from './server';

// The scheme of a rule's page: chanfix-rule:/agent-missing.md
const SCHEME = 'chanfix-rule';

// For the end, which the editor brings about without the context.
let active: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const manifest = context.extension.packageJSON as { activationEvents: string[] };
  const server = new Server(manifest.activationEvents);
  active = server;
  const { commands, workspace } = vscode;
  const restart = async (): Promise<void> => {
    await server.stop();
    server.considerAll();
  };
  context.subscriptions.push(
    server,
    workspace.onDidOpenTextDocument((document) => server.consider(document, document.getText())),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // At each key only the line that it is in.
      for (const { range, text } of contentChanges) {
        const line = document.lineAt(Math.min(range.start.line, document.lineCount - 1));
        server.consider(document, `${line.text}\n${text}`);
      }
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('chanfix') && !change.affectsConfiguration('chanfix.trace')) {
        await restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async (uri) => {
        const client = await server.running();
        return client && (await pageOf(client, uri.path.slice(1).replace(/\.md$/, '')));
      },
    }),
    commands.registerTextEditorCommand('chanfix.fixAll', (editor) =>
      inServer(server, (client) => fixAll(client, editor)),
    ),
    commands.registerTextEditorCommand('chanfix.askLibvirt', ({ document }) =>
      inServer(server, (client) => askLibvirt(client, client.code2ProtocolConverter.asUri(document.uri))),
    ),
    commands.registerCommand('chanfix.explainRule', (rule?: unknown) =>
      inServer(server, (client) => explain(client, typeof rule === 'string' ? rule : undefined)),
    ),
    commands.registerCommand('chanfix.restart', restart),
  );
  server.considerAll();
}

export async function deactivate(): Promise<void> {
  await active?.stop();
}

/** Does something with the server; what it refuses is shown. */
async function inServer(server: Server, action: (client: LanguageClient) => Promise<void>): Promise<void> {
  const client = await server.running();
  if (client === undefined) {
    return;
  }
  try {
    await action(client);
  } catch (error) {
    await vscode.window.showErrorMessage(`chanfix: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function fixAll(client: LanguageClient, { document }: vscode.TextEditor): Promise<void> {
  const { version, uri } = document;
  const edits = await safeFixes(client, client.code2ProtocolConverter.asUri(uri));
  if (edits.length === 0) {
    vscode.window.setStatusBarMessage('chanfix: there is nothing to fix safely', 5000);
    return;
  }
  // The places are those of the text that the server has seen.
  if (document.version === version) {
    const edit = new vscode.WorkspaceEdit();
    edit.set(uri, await client.protocol2CodeConverter.asTextEdits(edits));
    await vscode.workspace.applyEdit(edit);
  }
}

async function explain(client: LanguageClient, wanted: string | undefined): Promise<void> {
  const rule = wanted ?? (await chosenRule(client));
  if (rule !== undefined) {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}

/** Returns the rule of the finding at the cursor; where there are none or several, the one that the user chooses. */
async function chosenRule(client: LanguageClient): Promise<string | undefined> {
  const here = rulesAtCursor();
  if (here.length === 1) {
    return here[0];
  }
  const rules = (await rulesOf(client)).filter(({ name }) => here.length === 0 || here.includes(name));
  const items = rules.map(({ name, family, summary }) => ({ label: name, description: family, detail: summary }));
  return (await vscode.window.showQuickPick(items, { matchOnDetail: true, placeHolder: 'Rule' }))?.label;
}

function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const cursor = editor.selection.active;
  const found = vscode.languages.getDiagnostics(editor.document.uri);
  return rulesIn(found.filter(({ range }) => range.contains(cursor)));
}
