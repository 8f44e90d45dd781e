import { SAFELISTED_RESPONSE_HEADERS } from '../../core/browser/visible-headers.js';
import type { ExplainRequest } from '../../inspect/explain/explanation.js';
import { QuestionError } from '../../inspect/explain/question.js';
import type { RouteReport } from '../../inspect/policy-report.js';
import { json, type PageAnswer, problem } from './answers.js';
import { matrixColumn } from './matrix.js';
import { type AskedParts, overview, shownRoutes } from './overview.js';
import { originProblem } from './page-origin.js';
import type { ExplainAnswer, OriginsAnswer, RunAnswer } from './protocol.js';
import { CONTROLLER } from './tokens.js';
import type { Tester } from './tester.js';

/** Longest question that is read, in characters. */
const MAX_QUESTION = 4_096;
/** Questions that are answered at the same time; providers are asked for each. */
const MAX_AT_ONCE = 4;

/** Answers the questions of the page. */
export class Questions {
  private readonly asked: AskedParts;
  private atOnce = 0;

  constructor(asked: AskedParts) {
    this.asked = asked;
  }

  /** True of the name of an answer. */
  static has(name: string): boolean {
    return /^(?:overview|explain|matrix|origins|run)\.json$/.test(name);
  }

  /**
   * @param name of the answer, such as `explain.json`
   * @param base origin of the app, as the page is opened
   */
  async answer(name: string, query: URLSearchParams, base: string, tester: Tester | undefined): Promise<PageAnswer> {
    if (name === 'overview.json') {
      return json(overview({ ...this.asked, routes: this.allRoutes(), tester, origin: base }));
    }
    if (name === 'run.json') {
      return json({ run: this.asked.run } satisfies RunAnswer);
    }
    if (this.atOnce >= MAX_AT_ONCE) {
      return problem('Too many questions at once; ask again.', 429);
    }
    this.atOnce += 1;
    try {
      return await this.answerTo(name, query.get('q') ?? '', base);
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) {
        const field = error instanceof QuestionError ? error.field : undefined;
        return problem(error.message.replace('CorsInspector.explain(): ', ''), 400, field && { field });
      }
      throw error;
    } finally {
      this.atOnce -= 1;
    }
  }

  /** The ports of gateways that have one of their own. */
  socketPorts(): readonly number[] {
    return [...new Set(shownRoutes(this.allRoutes()).flatMap(({ port }) => port ?? []))];
  }

  private async answerTo(name: string, question: string, base: string): Promise<PageAnswer> {
    if (question.length > MAX_QUESTION) {
      return problem(`The question is longer than ${MAX_QUESTION} characters.`, 400);
    }
    if (name === 'origins.json') {
      return json(await this.origins(question.trim()));
    }
    const { inspector, port } = this.asked;
    const isMatrix = name === 'matrix.json';
    const explained = isMatrix
      ? { url: '/', origin: question }
      : (JSON.parse(question) as Partial<ExplainRequest> | null);
    const wrong = typeof explained?.origin === 'string' ? originProblem(explained.origin) : undefined;
    if (wrong !== undefined) {
      const { reason, suggestion } = wrong;
      return problem(reason, 400, { field: 'origin', ...(suggestion === undefined ? {} : { suggestion }) });
    }
    if (isMatrix) {
      return json(await matrixColumn(inspector, shownRoutes(this.allRoutes()), question, base));
    }
    const explanation = await inspector.explain(explained as ExplainRequest);
    const fixes = await port.fixes(explained as ExplainRequest);
    return json({ ...explanation, fixes, alwaysReadable: [...SAFELISTED_RESPONSE_HEADERS] } satisfies ExplainAnswer);
  }

  private async origins(text: string): Promise<OriginsAnswer> {
    const { port } = this.asked;
    const problem = originProblem(text);
    const found = await port.findEntries(text);
    return problem === undefined
      ? { ...found, admissions: await port.whoAdmits(text) }
      : { ...found, admissions: null, problem };
  }

  /** Those of the app itself. */
  private allRoutes(): readonly RouteReport[] {
    return this.asked.inspector.routes().filter(({ handler }) => !handler.startsWith(`${CONTROLLER}.`));
  }
}
