// A session with the real server, over the same protocol library that the editor's client stands on.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node';
import { initializationOptionsOf, programOf, readSettings } from '../settings';

// In milliseconds.
const DEADLINE = 60_000;

export class Session {
  /** What the server has shown to the user. */
  readonly shown: string[] = [];
  private readonly published: PublishDiagnosticsParams[] = [];
  private arrived: () => void = () => undefined;

  private constructor(
    readonly connection: ProtocolConnection,
    readonly result: InitializeResult,
    readonly folder: string,
    private readonly process: ChildProcess,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      this.arrived();
    });
    connection.onNotification(ShowMessageNotification.type, ({ message }) => {
      this.shown.push(message);
      this.arrived();
    });
  }

  /** Starts the server as the extension does with these settings; CHANFIX is the program under test. */
  static async start(values: Record<string, unknown> = {}, isTrusted = true): Promise<Session> {
    const path = process.env['CHANFIX'];
    assert.ok(path, 'CHANFIX must name the program');
    const settings = readSettings((name) => ({ path, ...values })[name]);
    const { command, args } = programOf(settings);
    const folder = await mkdtemp(join(tmpdir(), 'chanfix-'));
    const server = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    const result = await inTime(
      connection.sendRequest(InitializeRequest.type, {
        processId: process.pid,
        rootUri: null,
        capabilities: {},
        initializationOptions: initializationOptionsOf(settings, isTrusted),
      }),
    );
    const session = new Session(connection, result, folder, server);
    await connection.sendNotification(InitializedNotification.type, {});
    return session;
  }

  uri(name = 'vm.xml'): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  async open(uri: string, text: string, languageId = 'xml'): Promise<Diagnostic[]> {
    const textDocument = { uri, languageId, version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    return this.diagnostics(uri, 1);
  }

  async change(uri: string, text: string, version: number): Promise<Diagnostic[]> {
    const textDocument = { uri, version };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
    return this.diagnostics(uri, version);
  }

  async save(uri: string, version = 1): Promise<Diagnostic[]> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
    return this.diagnostics(uri, version);
  }

  /** Returns the next diagnostics that are published for a version of a text. */
  async diagnostics(uri: string, version: number): Promise<Diagnostic[]> {
    const isWanted = (one: PublishDiagnosticsParams): boolean => one.uri === uri && one.version === version;
    await this.until(() => this.published.some(isWanted));
    const [found] = this.published.splice(this.published.findIndex(isWanted), 1);
    return found?.diagnostics ?? [];
  }

  /** Returns the next message that is shown to the user. */
  async message(): Promise<string> {
    await this.until(() => this.shown.length > 0);
    return this.shown.shift() ?? '';
  }

  /** Ends the server as the editor does, and returns its exit status. */
  async end(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await inTime(this.connection.sendRequest(ShutdownRequest.type));
    await this.connection.sendNotification(ExitNotification.type);
    const status = await inTime(ended);
    this.connection.dispose();
    await rm(this.folder, { recursive: true });
    return status;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await inTime(new Promise<void>((resolve) => (this.arrived = resolve)));
    }
  }
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
