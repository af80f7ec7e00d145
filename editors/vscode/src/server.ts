// The server while the extension is active: started with the first text that may hold a domain, and again with other
// settings.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';
import { languagesOf, mayHoldDomain } from './documents';
import { initializationOptionsOf, programOf, readSettings } from './settings';

const NAME = 'chanfix';

export class Server implements vscode.Disposable {
  private readonly languages: ReadonlySet<string>;
  private readonly output = vscode.window.createOutputChannel(NAME);
  private client: LanguageClient | undefined;
  // True from the first try to start it: what has failed is not tried at each key.
  private isTried = false;
  // One start or stop follows the other.
  private last: Promise<unknown> = Promise.resolve();

  constructor(activationEvents: readonly string[]) {
    this.languages = new Set(languagesOf(activationEvents));
  }

  /** Starts the server if a text of a document may hold a domain, and that has not been tried yet. */
  consider({ languageId }: vscode.TextDocument, text: string): void {
    if (!this.isTried && this.languages.has(languageId) && mayHoldDomain(text)) {
      void this.running();
    }
  }

  /** Starts the server if a document that is open may hold a domain. */
  considerAll(): void {
    vscode.workspace.textDocuments.forEach((document) => this.consider(document, document.getText()));
  }

  /** Returns the client of a server that runs; undefined if it cannot be started, which the user is shown. */
  running(): Promise<LanguageClient | undefined> {
    this.isTried = true;
    return this.inTurn(async () => {
      this.client ??= await this.start();
      return this.client;
    });
  }

  stop(): Promise<void> {
    return this.inTurn(async () => {
      const client = this.client;
      this.client = undefined;
      this.isTried = false;
      try {
        await client?.dispose();
      } catch (error) {
        // It may have ended by itself.
        this.output.appendLine(String(error));
      }
    });
  }

  dispose(): void {
    void this.stop();
    this.output.dispose();
  }

  private inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.last.then(step);
    this.last = result.catch(() => undefined);
    return result;
  }

  private async start(): Promise<LanguageClient | undefined> {
    const configuration = vscode.workspace.getConfiguration(NAME);
    const settings = readSettings((name) => configuration.get(name));
    const options: LanguageClientOptions = {
      documentSelector: [...this.languages].flatMap((language) => [
        { scheme: 'file', language },
        { scheme: 'untitled', language },
      ]),
      initializationOptions: initializationOptionsOf(settings, vscode.workspace.isTrusted),
      outputChannel: this.output,
    };
    const client = new LanguageClient(NAME, NAME, programOf(settings), options);
    try {
      await client.start();
      return client;
    } catch (error) {
      // Nobody waits for what the user does with it.
      void this.explainFailure(settings.path, error);
      return undefined;
    }
  }

  private async explainFailure(path: string, error: unknown): Promise<void> {
    this.output.appendLine(String(error));
    const settings = 'Open settings';
    const chosen = await vscode.window.showErrorMessage(
      `'${path} lsp' cannot be started. Install it with: pip install 'chanfix[lsp]', or set chanfix.path.`,
      settings,
    );
    if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'chanfix.path');
    }
  }
}
