// What the commands ask the server. Nothing here needs the editor.

import {
  CodeActionRequest,
  ExecuteCommandRequest,
  type CodeAction,
  type CodeActionParams,
  type Command,
  type ExecuteCommandParams,
  type ProtocolRequestType,
  type TextEdit,
} from 'vscode-languageserver-protocol';

const FIX_ALL = 'source.fixAll.chanfix';
const SOURCE = 'chanfix';

/** A connection to the server: the language client in the editor, a bare one in the tests. */
export interface Connection {
  sendRequest<P, R, PR, E, RO>(type: ProtocolRequestType<P, R, PR, E, RO>, params: P): Promise<R>;
}

export interface RuleInfo {
  readonly name: string;
  readonly family: string;
  readonly summary: string;
}

/** A diagnostic as far as its rule counts: `code` is an object where the rule has a page on the web. */
export interface Found {
  readonly source?: string | undefined;
  readonly code?: unknown;
}

/** Returns the edits that make all safe fixes in a text; none if there is nothing to fix. */
export async function safeFixes(connection: Connection, uri: string): Promise<TextEdit[]> {
  const start = { line: 0, character: 0 };
  const params: CodeActionParams = {
    textDocument: { uri },
    range: { start, end: start },
    context: { diagnostics: [], only: [FIX_ALL] },
  };
  const actions = (await connection.sendRequest(CodeActionRequest.type, params)) ?? [];
  return actions.filter(isFixAll).flatMap((action) => action.edit?.changes?.[uri] ?? []);
}

/** Has libvirt asked about a text as it is in the editor. The server shows what came of it. */
export async function askLibvirt(connection: Connection, uri: string): Promise<void> {
  await execute(connection, 'chanfix.lsp.askLibvirt', uri);
}

/** Returns the page of a rule as Markdown; undefined if there is none, which the server shows. */
export async function pageOf(connection: Connection, rule: string): Promise<string | undefined> {
  const page = await execute(connection, 'chanfix.lsp.explain', rule);
  return typeof page === 'string' ? page : undefined;
}

/** Returns all rules. */
export async function rulesOf(connection: Connection): Promise<RuleInfo[]> {
  return (await execute(connection, 'chanfix.lsp.rules')) as RuleInfo[];
}

/** Returns the rules that have found something, each once. */
export function rulesIn(diagnostics: readonly Found[]): string[] {
  const names = diagnostics.filter(({ source }) => source === SOURCE).map(({ code }) => nameOf(code));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function nameOf(code: unknown): string | undefined {
  const value: unknown = typeof code === 'object' && code !== null && 'value' in code ? code.value : code;
  return typeof value === 'string' ? value : undefined;
}

function isFixAll(action: Command | CodeAction): action is CodeAction {
  return 'kind' in action && action.kind === FIX_ALL;
}

function execute(connection: Connection, command: string, ...args: string[]): Promise<unknown> {
  const params: ExecuteCommandParams = { command, arguments: args };
  return connection.sendRequest(ExecuteCommandRequest.type, params);
}
