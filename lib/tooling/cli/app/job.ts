import type { AppSurvey, CorsExplanation, CorsQuestion } from '../../../nest/command-port.js';

/** The job of the command's own process: boot the app and ask it. Plain data, as it goes from process to process. */
export interface Job {
  /** Absolute path of the compiled file that holds the root module. */
  readonly file: string;
  readonly exportName?: string | undefined;
  readonly platform?: PlatformName | undefined;
  readonly preview: boolean;
  /** Absolute path. */
  readonly setup?: string | undefined;
  readonly globalPrefix?: string | undefined;
  readonly verbose: boolean;
  /** The files that the app loads are reported. */
  readonly tellFiles?: boolean;
  /** A request to explain. */
  readonly question?: CorsQuestion | undefined;
}

export type PlatformName = 'express' | 'fastify';

/** The result. */
export interface AppReport {
  /** Of nestjs-cors-policy, as the app has it installed. */
  readonly version: string;
  readonly platform: PlatformName;
  /** The name of the root module. */
  readonly module: string;
  /** Further notes, a sentence each. */
  readonly notes: readonly string[];
  readonly survey: AppSurvey;
  /** Present where a question was asked. */
  readonly explanation?: CorsExplanation | undefined;
}

/** The messages of the process, in this order: phases, then a report or a failure. Loaded files come at any time. */
export type Message =
  | { readonly kind: 'loaded'; readonly files: readonly string[] }
  | { readonly kind: 'phase'; readonly phase: string }
  | { readonly kind: 'report'; readonly report: AppReport }
  | { readonly kind: 'failure'; readonly message: string; readonly advice?: string | undefined };
