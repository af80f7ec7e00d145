// What the editor's settings ask for: which program is the server, and what it is sent first.

import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Settings {
  readonly path: string;
  readonly target: readonly string[];
  readonly profile: string;
  readonly askLibvirt: boolean;
}

export interface Program {
  readonly command: string;
  readonly args: string[];
}

/** What the server reads in `chanfix/lsp/settings.py`. */
export interface InitializationOptions {
  readonly target: readonly string[];
  readonly profile: string;
  readonly askLibvirt: boolean;
}

/** Reads the settings with a function that returns one by its name; a value of a wrong type counts as not set. */
export function readSettings(get: (name: string) => unknown): Settings {
  const path = get('path');
  const target = get('target');
  const profile = get('profile');
  return {
    path: typeof path === 'string' && path.trim() !== '' ? path.trim() : 'chanfix',
    target: Array.isArray(target) ? target.filter((name) => typeof name === 'string') : [],
    profile: typeof profile === 'string' ? profile : '',
    askLibvirt: get('askLibvirt') === true,
  };
}

/** Returns the server's program. No shell is between, so the path needs no quotes and `~` is replaced here. */
export function programOf(settings: Settings): Program {
  const { path } = settings;
  return { command: path.startsWith('~/') ? join(homedir(), path.slice(2)) : path, args: ['lsp', '--stdio'] };
}

/** Returns what the server is sent first. In a workspace that is not trusted it asks no libvirt. */
export function initializationOptionsOf(settings: Settings, isTrusted: boolean): InitializationOptions {
  const { target, profile, askLibvirt } = settings;
  return { target, profile, askLibvirt: askLibvirt && isTrusted };
}
